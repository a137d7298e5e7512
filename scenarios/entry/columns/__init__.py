"""What a column, a cell and a setting are: names, units, types, how they are written."""
