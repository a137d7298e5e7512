"""The exact front of fairness: the most euros of everybody at each floor under the worst served.

`ground.ground_of` prepares an operation, `search.FrontSearch` finds its points, `keep.keep_variant` writes
one as a variant.
"""
