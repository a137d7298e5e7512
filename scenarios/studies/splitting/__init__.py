"""Lawful groups when one perimeter is not."""
