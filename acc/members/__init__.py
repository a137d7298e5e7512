"""Who adds what: entry and exit, the order of invitations, Shapley values, the core.

`game` makes the operation a game of members; `entry_exit`, `shapley` and `core` each answer a question of
it, gathered in `report.MembersReport`.
"""
