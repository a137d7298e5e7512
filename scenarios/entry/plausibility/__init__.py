"""What is unlikely in a folder: figures alone, then all of it together, by the rules of one table.

Begin with `one_cell.oddities`; a rule is a line of `scenarios/data/plausibility.csv` and one function.
"""
