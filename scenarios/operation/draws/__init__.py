"""What is drawn, what a draw gives, and the ranges of a run: loads, prices, euros, indicators.

`draws.draw` draws, `case.case_of` prepares what draws share, `worker` computes them, `ranges` sums up.
"""
