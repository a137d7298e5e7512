"""What is drawn, what a draw gives, and the ranges of a run: loads, prices, euros, indicators.

What is drawn: `settings` (`[sweep]`: how many draws, how far each value strays), `unknowns` (what is not
known of each curve), `draws.draw` (the values of one draw).

What a draw gives: `case.case_of` (what all draws share: `loads` its arrays, `plan_years` its years),
`meters.first_and_later` (kWh at the meters, what keys share), `euros.euros_of` (bills and plans of many
draws), `results.DrawResults` (indicators), all of them in the order of `compute.work`.

Ranges: `ranges.ranges` (P10, P50, P90), `quick.quick_ranges` (those of a run, in seconds). `cost_hypotheses`
moves one cost at a time, for the sweep.
"""
