"""Who adds what: the order of invitations, Shapley values, the core.

`invitation_order.best_order`, `report.shapley` and `core.Stability` each answer a question, gathered in
`report.MembersReport`.
"""
