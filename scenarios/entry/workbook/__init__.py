"""The workbook that a person fills in, and that is an operation; `scenarios.entry.folder` reads it."""
