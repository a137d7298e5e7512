"""Files that people give, opened in one place: no pipe, device or folder, and no more than is expected."""
