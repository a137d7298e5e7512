"""Metered load curves: read by content, checked, brought to the steps of an operation.

Begin at `read.read_curves`, then `facts` (what is unlikely, the grade) and `resample.to_steps`.
"""
