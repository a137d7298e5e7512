"""Compiled sums and linear cash flows, equal to those of `acc`."""
