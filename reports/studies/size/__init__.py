"""`acc size` as screens, files and pictures."""
