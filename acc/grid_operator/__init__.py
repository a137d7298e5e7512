"""What is exchanged with the grid operator: coefficients sent, volumes returned.

`coefficients.coefficients_of` makes those of a key; `reconciliation.reconcile` compares what came back.
"""
