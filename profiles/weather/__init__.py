"""The sun and the air: typical years, generated years, files."""
