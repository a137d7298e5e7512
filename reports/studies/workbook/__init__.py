"""The workbook, with live formulas.

`write.workbook` makes it; `cells.column_sheet` and `cells.SheetTable` lay a sheet out from its columns.
"""
