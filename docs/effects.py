"""Writes the table of hypotheses of `docs/euros.md`: `python -m docs.effects` from the root.

Each row is the bundled example run again with one thing changed; the page holds what the code computes.
"""

import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from acc.accounts.values import Money
from scenarios.entry.catalogue import copy_example
from scenarios.entry.folder.settings import Setting
from scenarios.run import run

PAGE = Path(__file__).parent / "euros.md"
RAN_ON = date(2026, 11, 25)
SLOTS = ("hph", "hch", "hpb", "hcb")
ROOFS = {"toit-gymnase": 180.0, "hangar-cave": 240.0}


@dataclass(frozen=True, slots=True)
class Effect:
    """One hypothesis: what it is called, what it changes in the example."""

    title: str
    changes: tuple[tuple[str, object], ...] = ()
    variant: str | None = None


def effects(base: Money) -> Iterator[Effect]:
    """Yield the example as it stands, then one hypothesis at a time."""
    yield Effect("**l’exemple tel quel**")
    yield from _of_suppliers(base)
    yield from _of_costs()
    yield from _of_indices()
    yield from _of_taxes()
    yield from _of_members()


def _of_suppliers(base: Money) -> Iterator[Effect]:
    yield Effect("fournisseurs à la référence du marché (66 ; 97 jusqu’à 36 kVA)", _market(base))
    yield Effect("un prix unique par site, la moyenne de ses quatre postes", _mean_prices(base))
    yield Effect("fournisseurs 10 % moins chers", (("prices.supply_ratio", 0.9),))
    yield Effect("heures creuses d’après la réforme", variant="reforme-heures-creuses")
    yield Effect(
        "accise à 0,5 €/MWh pour l’entrepôt frigorifique", (("participants.froid.accise_eur_per_mwh", 0.5),)
    )


def _of_costs() -> Iterator[Effect]:
    yield Effect("toitures sur le réseau, non derrière un compteur", variant="toitures sur le réseau")
    yield Effect("avec les ombrières (420 kWc, au coût des ombrières)", variant="avec les ombrières")
    yield Effect("investissement 10 % plus cher", _roofs("capex_eur", 1_045.0, by_kwp=True))
    yield Effect(
        "raccordement à 0,25 €/Wc, le haut de la fourchette", _roofs("connection_eur", 250.0, by_kwp=True)
    )
    yield Effect("aide de 50 000 € au début", (("finance.grant_eur", 50_000.0),))
    yield Effect("sans assurance", _roofs("insurance_eur_per_year", 0.0))
    yield Effect("loyer de 5 €/kWc par an", _roofs("rent_eur_per_year", 5.0, by_kwp=True))
    yield Effect("onduleurs jamais remplacés", _roofs("inverter_eur", 0.0))
    yield Effect("sans IFER", _roofs("ifer_eur_per_year", 0.0))
    yield Effect(
        "TURPE de l’injection de 501 €/an par toiture (0 ici, derrière un compteur)",
        _roofs("injection_turpe_eur_per_year", 501.07),
    )
    yield Effect("durée de vie de 20 ans, au lieu de 30", _roofs("life_years", 20))
    yield Effect("toitures en service depuis 2020", _roofs("commissioned_year", 2020))


def _of_indices() -> Iterator[Effect]:
    yield Effect("charges constantes, au lieu de + 2 % par an", (("finance.opex_indexation_ratio", 0.0),))
    yield Effect("prix des fournisseurs + 2 % par an", (("finance.supply_indexation_ratio", 0.02),))
    yield Effect("prix des fournisseurs − 2 % par an", (("finance.supply_indexation_ratio", -0.02),))
    yield Effect("prix local + 2 % par an", (("finance.indexation_ratio", 0.02),))


def _of_taxes() -> Iterator[Effect]:
    yield Effect(
        "la commune paie la TVA de sa toiture, sans rien récupérer", (("persons.ville.vat", "lost"),)
    )
    yield Effect("la commune la récupère par le FCTVA", (("persons.ville.vat", "fctva"),))
    yield Effect("chaque producteur paie 25 % d’impôt", (("finance.tax_ratio", 0.25),))


def _of_members() -> Iterator[Effect]:
    yield Effect("prix local à 0 : moins de TVA due sur lui", (("prices.local_eur_per_mwh", 0.0),))
    yield Effect("sans frais de PMO", (("prices.pmo_eur_per_year", 0.0),))
    yield Effect("10 % des membres partent chaque année", (("finance.churn_ratio", 0.10),))
    yield Effect("engagement de 5 ans", (("finance.commitment_years", 5),))


def _roofs(column: str, value: float, *, by_kwp: bool = False) -> tuple[tuple[str, object], ...]:
    return tuple((f"plants.{id_}.{column}", value * kwp if by_kwp else value) for id_, kwp in ROOFS.items())


def _mean_prices(base: Money) -> tuple[tuple[str, object], ...]:
    """Return one price a site: what it pays in a year for its energy, over its kWh."""
    changes: list[tuple[str, object]] = []
    for one in base.participants:
        changes += [(f"participants.{one.id}.supply_{slot}_eur_per_mwh", "") for slot in SLOTS]
        assert one.before is not None
        mean = 1000.0 * one.before.supply_eur_ht / sum(one.consumption_by_slot_kwh)
        changes.append((f"participants.{one.id}.supply_eur_per_mwh", mean))
    return tuple(changes)


def _market(base: Money) -> tuple[tuple[str, object], ...]:
    """Return one price a site: that of the market for its segment."""
    assert base.market is not None
    changes: list[tuple[str, object]] = []
    for one in base.participants:
        changes += [(f"participants.{one.id}.supply_{slot}_eur_per_mwh", "") for slot in SLOTS]
        price = 1000.0 * base.market.prices[one.segment].eur_per_kwh
        changes.append((f"participants.{one.id}.supply_eur_per_mwh", price))
    return tuple(changes)


def computed() -> list[tuple[Effect, Money]]:
    """Return each hypothesis with the money of the example under it."""
    with tempfile.TemporaryDirectory() as there:
        folder = _example(there)
        base = _money(folder, Effect(""))
        return [(effect, _money(folder, effect)) for effect in effects(base)]


def _example(there: str) -> Path:
    folder = Path(there) / "demo"
    copy_example("bergerac", folder)
    return folder


def _money(folder: Path, effect: Effect) -> Money:
    settings = [Setting(path, value, "docs/effects.py") for path, value in effect.changes]
    found = run(folder, ran_on=RAN_ON, variant=effect.variant, settings=settings).money
    assert found is not None
    return found


HEADS = (
    "Hypothèse",
    "VAN de tous, k€ (écart)",
    "À accise entière",
    "Perdent",
    "Des membres partent",
)


def table() -> str:
    """Return the rows, each beside the first one."""
    found = computed()
    first = found[0][1].total
    assert first is not None
    lines = [f"| {' | '.join(HEADS)} |", f"|{' --- |' * len(HEADS)}"]
    return "\n".join([*lines, *(row(effect, money, first.npv_eur_ht or 0.0) for effect, money in found)])


def row(effect: Effect, money: Money, first_eur: float) -> str:
    """Return one row of the table: everybody over the plan, who ends by losing, and what departures leave."""
    assert money.total is not None
    value, full = money.total.npv_eur_ht or 0.0, money.total.full_accise_npv_eur_ht or 0.0
    losing = sum(one.loses_from_year is not None for one in money.participants)
    after = [french(one.everybody_npv_eur_ht) for one in money.plans_after[:1]]
    change = "" if abs(value - first_eur) < 0.5 else f" ({french(value - first_eur, sign=True)})"
    cells = (
        effect.title,
        f"{french(value)}{change}",
        french(full),
        str(losing),
        *after,
    )
    return f"| {' | '.join(cells)} |"


def french(value: float, *, sign: bool = False) -> str:
    """Return thousands of euros as the page writes them.

    >>> french(-20388.4), french(70.6, sign=True)
    ('−20,4', '+0,1')
    """
    text = f"{value / 1000.0:{'+' if sign else ''}.1f}"
    return text.replace(".", ",").replace("-", "−")


def written(page: str) -> str:
    """Return the page with the table made anew."""
    block = f"<!-- effets -->\n\n{table()}\n\n<!-- fin -->"
    return re.sub(r"<!-- effets -->.*?<!-- fin -->", lambda _match: block, page, flags=re.DOTALL)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
