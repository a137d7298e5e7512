"""The sun and the air: typical years, generated years, files.

`read.weather_for` finds the weather that an operation asks for, as `values.Weather`.
"""
