"""An operation folder in any dress: read, checked, written, handed over."""
