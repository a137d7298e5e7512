"""The most euros of everybody at a floor under the worst served, for the key `optimal`.

`passes.ground_of` prepares an operation, `search.FrontSearch` finds a point.
"""
