"""`acc members --split` as a screen, a table and a map."""
