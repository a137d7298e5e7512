"""What a column, a cell and a setting are: names, units, types, how they are written.

Begin at `input_columns`, the table of all of them; `row_models` makes the models of rows from it.
"""
