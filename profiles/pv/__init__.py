"""What a plant yields: pvlib, losses, what looks unlikely.

`plant_output.plant_output_kwh` gives the kWh of a plant under a weather.
"""
