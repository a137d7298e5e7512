"""The workbook that a person fills in, and that is an operation; `scenarios.folder` reads it."""
