"""The workbook that a person fills in, and that is an operation; `scenarios.entry.folder` reads it.

`write.workbook_bytes` writes one, empty or from a folder.
"""
