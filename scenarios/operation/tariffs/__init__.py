"""Prices of members and plants, from the dated rows and the folder."""
