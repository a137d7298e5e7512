"""What tests ask of draws in a line: the results of a case in a draw, how rough a load is."""

from acc.arrays import FloatArray
from acc.batch.key_forms import SumSplits
from acc.steps import Steps
from profiles.reference.shape_library import cell_of_steps
from scenarios.operation.draws.case import Case
from scenarios.operation.draws.compute import results_of, shared_of
from scenarios.operation.draws.draws import Draw
from scenarios.operation.draws.loads import cell_means, over_means
from scenarios.operation.draws.results import DrawResults


def case_results(case: Case, drawn: Draw, sum_splits: SumSplits) -> DrawResults:
    """Results of one variant under one draw."""
    return results_of(case, drawn, shared_of(case, drawn, sum_splits))


def roughness(load: FloatArray, steps: Steps) -> FloatArray:
    """Each step of loads (T, N) over the mean of its cell: how a site's days and quarters differ."""
    cell = cell_of_steps(steps)
    return over_means(load, cell, cell_means(load, cell))
