"""Why a figure changed, as data."""

from acc.result.change import CauseEffect, ExplainedChange


def change_document(change: ExplainedChange) -> dict[str, object]:
    """Return the difference of two results and what each cause is of it; the causes sum to it."""
    return {
        "by": "npv_eur_ht" if change.plan_years else "gain_eur_ht",
        "difference_eur_ht": change.levels_eur[-1] - change.levels_eur[0] if change.levels_eur else None,
        "difference_kwh": change.levels_kwh[-1] - change.levels_kwh[0],
        "causes": [_effect(effect) for effect in change.effects],
    }


def _effect(effect: CauseEffect) -> dict[str, object]:
    return {
        "causes": [cause.value for cause in effect.causes],
        "changed": {change.path: [change.before, change.after] for change in effect.changed},
        "eur_ht": effect.eur,
        "shared_kwh": effect.shared_kwh,
        "persons": [{"id": id_, "eur_ht": eur} for id_, eur in effect.persons_eur.items()],
    }
