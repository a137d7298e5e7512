"""The workbook, with live formulas.

`write.workbook` makes it; `cells.column_sheet` and `table.SheetTable` lay a sheet out from its columns.
"""
