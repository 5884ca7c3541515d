"""What Paintout reaches and what it costs, measured: figures against known truth, and seconds and bytes."""
