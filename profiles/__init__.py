"""Makes the kWh arrays: metered curves, reference profiles, weather, PV (the only user of pvlib).

One room a source: `curves.read`, `reference.load`, `weather.choose`, `pv.plant_output`; `describe_file`
says what a file is.
"""
