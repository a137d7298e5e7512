"""The writer on paper: a document and its pictures as a tagged PDF or PNG pages.

`typeset.pdf` and `typeset.pages` set one document, `bound.bound` several in one file.
"""
