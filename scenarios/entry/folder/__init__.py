"""The operation folder: read, checked, built into a scenario.

`raw.read_source` reads what is written, `load.scenario_of` checks and builds it; `settings` moves one thing
of it.
"""
