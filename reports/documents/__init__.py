"""Builders: what each document holds, in its order, as a tree.

`brief.brief_document`, `sheet.sheet_document` and `comparison.comparison_document` make one each; a writer
sets it. `blocks` are written once, for all of them.
"""
