"""The operation folder: read, checked, built into a scenario, in four steps that go one way.

1. Cells: `mask` moves what others read; `sheets`, `headers`, `xlsx_tables`, `raw` give a `RawFolder`:
   sections and rows of texts with their places, whether of text files or of a workbook. `settings` and
   `question` set some of them over the folder, a variant or an option, `phrases` in the words of a meeting;
   `fault_location` says where a person finds one.
2. Tables: `site_rows`, `sections`, `change_uses`, `changes` type the cells by the columns of
   `scenarios.entry.columns`, and gather what is wrong in one cell, row or table.
3. Cross checks: `checks` compares sections and tables with each other, and raises every fault at once; then
   it lists what is unlikely, by `scenarios.entry.plausibility`.
4. Operation: `build` and `load` turn what is left into values of the core: a `Scenario`, with what files of
   `curves/` say of it.

A step imports the former ones alone; nothing is handed back to be completed. Beside the reading, on all of
it: `differences` of two folders, and what writes: `xlsx_edit`, `put`.
"""
