"""Metered load curves: read by content, checked, brought to the steps of an operation."""
