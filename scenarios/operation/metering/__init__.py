"""The kWh of each meter, made once and kept."""
