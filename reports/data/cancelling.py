"""What would cancel an operation, as data."""

from acc.result.cancelling import Cancelling, Then


def cancelling_document(one: Cancelling) -> dict[str, object]:
    """Return what everybody and each member gain under a condition, and how many lose."""
    return {
        "condition": one.condition,
        "setting": one.setting,
        "plant": one.plant_id,
        "leaving_ratio": one.leaving_ratio,
        "leaving_after": one.leaving_after,
        **_then(one.everybody),
        "losers": one.losers,
        "losers_over_plan": one.losers_over_plan,
        "members": [{"id": id_, **_then(then)} for id_, then in one.members.items()],
    }


def _then(then: Then) -> dict[str, object]:
    return {"gain_eur_ht": then.gain_eur_ht, "npv_eur_ht": then.plan_eur_ht}
