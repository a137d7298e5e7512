"""The only reader of an operation folder: validation, dated rates, runs, batch, sizing, uncertainty."""
