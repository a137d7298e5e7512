"""Years that differ: what each year of a plan withdraws and injects, once dated changes are counted.

Read `acc.years.states` first.
"""
