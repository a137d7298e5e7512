"""Many draws under many keys, resumable.

`run.prepare` says what is to be drawn, `executors.SweepParts` draws it, `statistics.sweep_report` sums up;
`kept.kept_ranges` gives a run the ranges of the last sweep of the same inputs.
"""
