"""Briefs, figures, workbook, tables: formats and draws, computes nothing.

`deliver.draw_brief` draws the brief. A document is said (`sentences`), built (`documents`)
and set (`paper`, `html`), each in its room.
"""
