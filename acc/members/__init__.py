"""Who adds what: the order of invitations, Shapley values, the core.

`shapley` and `core` each answer a question, gathered in `report.MembersReport`.
"""
