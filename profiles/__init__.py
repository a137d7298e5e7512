"""Makes the kWh arrays: metered curves, reference profiles, weather, PV (the only user of pvlib).

One room a source: `curves.read`, `reference.load`, `weather.read`, `pv.plant_output`; `describe_file`
says what a file is.
"""

import os

# Workbooks that people give are read by the standard library's parser, which expands no entity of their own,
# whether lxml is there or not.
os.environ.setdefault("OPENPYXL_LXML", "False")
