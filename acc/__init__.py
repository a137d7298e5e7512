"""The operation itself: the law, the physics of the exchange, the money. Pure values and functions.

Begin at `scenario.Scenario`, what is settled, and `settle`, the only code that moves kWh. Only numpy and
the standard library are imported here: no file, no clock, no print.
"""
