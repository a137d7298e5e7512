"""What is said of an operation: sentences, and the tiles, tables and callouts that they are put in."""
