"""Regulated figures: dated rows with their source."""
