"""What a person looks at: movies, contact sheets, pages, overlays and plots."""
