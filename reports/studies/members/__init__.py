"""`acc members` as a screen, a file and a picture."""
