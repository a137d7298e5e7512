"""Text that people and programs export: encodings, line ends, separators, quoted cells.

`delimited.text_lines` and `delimited.split_lines` read any dialect.
`delimited.parse_json` takes no JSON without bound.
"""
