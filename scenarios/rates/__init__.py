"""Regulated figures: dated rows with their source.

`table.read_rates` gives those in force at a date, `reader.RateReader` takes them by name and remembers
which were used.
"""
