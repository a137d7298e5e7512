"""`acc worth` as a screen, a page and what the brief shows of it."""
