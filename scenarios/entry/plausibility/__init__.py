"""What is unlikely in a folder: figures alone, then all of it together, by the rules of one table.

Begin with `of_folder.oddities`; a rule is a line of `scenarios/data/plausibility.csv`, with a function where
a line does not say it (`of_pairs`). What may be typed instead is tried before it is proposed (`remedies`).
"""
