"""What exists: node declarations and jobs as plain values (standard library only)."""
