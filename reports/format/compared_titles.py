"""What scenarios side by side are called: in words, by what differs between them alone."""

import re
from collections.abc import Mapping, Sequence
from gettext import gettext as _

from acc.scenario import Scenario
from reports.format.labels import key_title, kwp_text, label_title
from reports.format.numbers import fr

BETWEEN_PARTS = ", "

KEY_WORD = re.compile(r"(cle|key\.name)=.*")
PRICE_WORD = re.compile(r"(prix|prices\.local_eur_per_mwh)=.*")
POWER_WORD = re.compile(r"(kwp\.[^=]+|plants\.[^=]+\.kwp|(?!fournisseurs|perimetre|prix|cle)[^.=\s]+)=\d.*")
"""Words that a value of the scenario tells: its key, its local price, the power of a plant."""


def compared_titles(scenarios: Sequence[Scenario], names: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """Titles that distinguish scenarios, in a few words each; empty for a single one.

    A key, a power, a price that was asked of one is told of all, the folder included, where it differs; a
    variant and what else was asked, of those that have it.

    Args:
        names: by which sites and plants may be called, by id.
    """
    questions = [word for scenario in scenarios for word in scenario.questions]
    differences = [
        *([_keys(scenarios)] if any(map(KEY_WORD.fullmatch, questions)) else []),
        *(_powers(scenarios, names) if any(map(POWER_WORD.fullmatch, questions)) else []),
        *([_prices(scenarios)] if any(map(PRICE_WORD.fullmatch, questions)) else []),
    ]
    kept = [axis for axis in differences if len(set(axis)) > 1]
    values = list(zip(*kept, strict=True)) or [() for _scenario in scenarios]
    labels = [(scenario.variant, *filter(_is_apart, scenario.questions)) for scenario in scenarios]
    common = set(labels[0]).intersection(*labels[1:])
    apart = [[label_title(word, names) if word not in common else "" for word in words] for words in labels]
    pairs = zip(apart, values, strict=True)
    return tuple(tuple(filter(None, (variant, *value, *words))) for (variant, *words), value in pairs)


def case_titles(scenarios: Sequence[Scenario], names: Mapping[str, str]) -> tuple[str, ...]:
    """Return the title of each scenario, the folder first."""
    first, *others = (BETWEEN_PARTS.join(parts) for parts in compared_titles(scenarios, names))
    if scenarios[0].label:
        first = first or label_title(scenarios[0].label, names)
    else:
        first = _("{title} (the folder)").format(title=first) if first else _("The folder")
    return (first, *(title or _("The same") for title in others))


def _is_apart(word: str) -> bool:
    """Return whether no value of a scenario tells what was asked."""
    return not any(form.fullmatch(word) for form in (KEY_WORD, PRICE_WORD, POWER_WORD))


def _keys(scenarios: Sequence[Scenario]) -> list[str]:
    return [key_title(scenario.key.name) for scenario in scenarios]


def _powers(scenarios: Sequence[Scenario], names: Mapping[str, str]) -> list[list[str]]:
    """Return the power of each plant in each scenario; empty where it is not built."""
    kwp = [{plant.id: plant.kwp for plant in scenario.plants} for scenario in scenarios]
    ids = dict.fromkeys(id_ for of in kwp for id_ in of)
    return [[f"{names.get(id_, id_)} {kwp_text(of[id_])}" if id_ in of else "" for of in kwp] for id_ in ids]


def _prices(scenarios: Sequence[Scenario]) -> list[str]:
    prices = [scenario.prices.local_eur_per_kwh for scenario in scenarios]
    return ["" if eur is None else _price(eur * 1000.0) for eur in prices]


def _price(eur_per_mwh: float) -> str:
    text = fr(eur_per_mwh, 0 if round(eur_per_mwh, 6).is_integer() else 1)
    return f"{text}\N{NO-BREAK SPACE}€/MWh"
