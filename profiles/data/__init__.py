"""Sourced figures that the models rest on, as dated rows.

`sourced_figures.read_figures` reads a table of them.
"""
