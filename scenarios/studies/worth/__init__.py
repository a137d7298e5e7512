"""The alternatives of sharing as changes of a folder, and what each is worth in paired draws.

`compare.computed` makes each of them, `drawn_choices.drawn_choices` draws them.
"""
