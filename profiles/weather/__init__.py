"""The sun and the air: typical years, generated years, files.

`choose.weather_for` finds the weather that an operation asks for, as `values.Weather`.
"""
