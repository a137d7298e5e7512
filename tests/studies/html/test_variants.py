"""Variants that may not be shown beside the folder."""

from dataclasses import replace

from acc.sites import Kind
from reports.studies.html.page import page_views
from tests.test_register import WHOLE


def test_the_page_leaves_out_a_variant_that_would_tell_two_members() -> None:
    people = tuple(replace(p, publish=p.kind is not Kind.COMPANY) for p in WHOLE.result.scenario.participants)
    result = replace(WHOLE.result, scenario=replace(WHOLE.result.scenario, participants=people))
    # Where one of three agrees, what is left of their row is the two others.
    agreed = tuple(replace(p, publish=p.publish or p.id == "marche") for p in people)
    two = replace(result.scenario, participants=agreed, variant="deux")
    views, refused = page_views(result, [replace(result, scenario=two), result])
    assert (len(views), refused) == (2, ["deux"])
