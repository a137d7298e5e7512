"""Solvers that know nothing of the field: cutting planes, a battery in them."""
