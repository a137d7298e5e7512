"""Briefs, figures, workbook, tables: formats and draws, computes nothing.

`deliver.deliver` writes what a command was asked for. A document is said (`sentences`), built (`documents`)
and set (`paper`, `html`), each in its room.
"""
