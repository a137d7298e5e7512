"""The tree of a document in its final form: what is read, in its order, for every medium.

`tree` has every node, and `Document`, which says how the operation stands.
"""
