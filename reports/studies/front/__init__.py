"""`acc front` as a screen, files, pictures and the control of the page."""
