"""What would cancel an operation, as data."""

from acc.result.result import Cancelling, GainUnderCondition


def cancelling_document(cancelling: Cancelling) -> dict[str, object]:
    """Gain of all and of each member under a condition, and number of losers, as data."""
    return {
        "condition": cancelling.condition,
        "setting": cancelling.setting,
        "from": None if cancelling.day is None else cancelling.day.isoformat(),
        "plant": cancelling.plant_id,
        "gain_from": None if cancelling.gain_from is None else cancelling.gain_from.isoformat(),
        "leaving_ratio": cancelling.leaving_ratio,
        "leaving_after": cancelling.leaving_after,
        **_gain_document(cancelling.everybody),
        "losers": cancelling.losers,
        "losers_over_plan": cancelling.losers_over_plan,
        "members": [{"id": id_, **_gain_document(member)} for id_, member in cancelling.members.items()],
    }


def _gain_document(gain: GainUnderCondition) -> dict[str, object]:
    return {"gain_eur_ht": gain.gain_eur_ht, "npv_eur_ht": gain.plan_eur_ht}
