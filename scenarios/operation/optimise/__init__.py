"""The solver of linear programmes, quiet."""
