"""Sourced figures that the models rest on, as dated rows."""
