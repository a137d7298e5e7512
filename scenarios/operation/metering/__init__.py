"""The kWh of each meter, made once and kept.

`meter.meter` makes the curves of an operation folder as `meter.Metered`.
"""
