"""Numbers, money, labels, language: the only place where a value becomes text.

`numbers` and `money` for figures, `labels` for codes, `language.use` for the language of all of them;
`wording.sentence` for the long texts, by their name.
"""
