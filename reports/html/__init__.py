"""The brief as one HTML page.

`page.page` makes it: `sections` as a tree, `writer` that sets a tree by the macros of
`templates/nodes.html`.
"""
