"""Makes the kWh arrays: metered curves, reference profiles, weather, PV (the only user of pvlib)."""
