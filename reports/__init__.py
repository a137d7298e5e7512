"""Briefs, figures, workbook, tables: formats and draws, computes nothing."""
