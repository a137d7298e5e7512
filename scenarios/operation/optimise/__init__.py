"""Solvers that know nothing of the field: cutting planes, a battery in them.

`cutting_planes.maximise` solves a `problem.ConvexProblem` to a proven bound.
"""
