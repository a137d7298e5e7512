"""Text that people and programs export: encodings, line ends, separators, quoted cells.

`delimited.text_lines` and `delimited.split_lines` read any dialect.
`json_text.parse_json` takes no JSON without bound.
"""
