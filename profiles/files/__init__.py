"""Files that people give, opened in one place: no pipe, device or folder, and no more than is expected.

`open_file.read_within` for what is read whole, `open_file.open_regular` for the rest.
"""
