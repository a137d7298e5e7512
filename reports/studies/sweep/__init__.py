"""`acc sweep` as a screen and pictures."""
