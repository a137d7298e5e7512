"""What the group's criteria choose, as data."""

from acc.result.proposal import Proposal


def proposal_document(name: str, proposal: Proposal | None) -> dict[str, object]:
    """Proposal by the group's criteria, with the change of each case; empty without a proposal.

    Args:
        name: of the chosen case.
    """
    if proposal is None:
        return {}
    unit = "more_eur_ht" if proposal.in_euros else "more_kwh"
    cases = [
        {"name": case, unit: proposal.more(place), "loser_ids": list(proposal.loser_ids[place])}
        for place, case in enumerate(proposal.names)
    ]
    choice = {
        "chosen": proposal.name,
        "written": proposal.names[0],
        "plan_years": list(proposal.plan_years),
    }
    return {name: proposal.name, "proposal": {**choice, "cases": cases}}
