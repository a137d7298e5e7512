"""`acc territory` as a screen, an atlas, a workbook and layers for a GIS."""
