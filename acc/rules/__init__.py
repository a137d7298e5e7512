"""What the law allows: distances, density, power, the EPCI case; who is in the way, what would be lawful."""
