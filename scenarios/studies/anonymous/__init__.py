"""A folder to hand over: names, meters and places replaced, what is computed kept."""
