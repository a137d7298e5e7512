"""What is drawn and what a draw gives: loads, prices, euros, indicators.

`draws.draw` draws, `case.case_of` prepares what draws share, `indicators` names what is told of them.
"""
