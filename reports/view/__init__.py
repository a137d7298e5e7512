"""What a document may show, and in which order.

`view.view_of` makes the `View` of a result, `privacy` says who may be named in it and what is withheld.
"""
