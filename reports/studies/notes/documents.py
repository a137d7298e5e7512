"""The audiences of the brief that this study adds."""

from collections.abc import Mapping

from acc.i18n import N_
from reports.documents.brief import Audience
from reports.figures import from_view
from reports.studies.notes import coordinator, desk, engineer, lender, treasurer
from reports.view.view import view_of

AUDIENCES: Mapping[str, Audience] = {
    "lender": Audience(
        N_("Collective self-consumption · note to the lender"),
        lambda result: view_of(result, "lender"),
        ((lender.first_page,), (lender.second_page,), (lender.borrowers_page,)),
        ends=False,
        of_member=True,
    ),
    "treasurer": Audience(
        N_("Collective self-consumption · note to the treasurer"),
        treasurer.view_of_bodies,
        ((treasurer.treasurer_pages,),),
        ends=False,
        of_member=True,
    ),
    "engineer": Audience(
        N_("Collective self-consumption · note to the engineer"),
        lambda result: view_of(result, "syndicate"),
        ((*engineer.BLOCKS,),),
        {"surplus": lambda view: from_view.surplus_figure(view, 58.0)},
        ends=False,
    ),
    "operator": Audience(
        N_("Collective self-consumption · note to the grid operator"),
        lambda result: view_of(result, "operator"),
        ((desk.desk_page,),),
        ends=False,
    ),
    "coordinator": Audience(
        N_("Collective self-consumption · note to the coordinator"),
        lambda result: view_of(result, "coordinator"),
        ((coordinator.coordinator_page,),),
        ends=False,
    ),
}
