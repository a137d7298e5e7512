"""Who could join, and what holds the group together.

`candidates.joinings` and `core_search.Search` each answer one of these.
"""
