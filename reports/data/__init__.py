"""Machine-readable results: JSON, CSV, Parquet.

`columns` is the table of every output column, `results.results_document` the JSON of a run, `encode` its
encoder.
"""
