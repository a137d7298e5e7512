"""Machine-readable results: JSON, CSV, Parquet."""
