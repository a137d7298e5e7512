"""The operation folder: read, checked, built into a scenario."""
