"""A folder to hand over: names, meters and places replaced, what is computed kept.

`hand_over.hand_over` makes it, `hand_over.zipped` packs it.
"""
