"""What changes when somebody enters or leaves.

`game` makes the operation a game of members, `counterfactual` sums it without some of them.
"""
