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
from acc.bills.tariffs import Segment
from scenarios.catalogue import copy_example
from scenarios.folder.settings import Setting
from scenarios.run import run

PAGE = Path(__file__).parent / "euros.md"
RAN_ON = date(2026, 11, 25)
SLOTS = ("hph", "hch", "hpb", "hcb")
ROOFS = {"toit-gymnase": 180.0, "hangar-cave": 240.0}
FORMER_EUR_PER_MWH = 118.0
"""One price for all, in the middle of the 109 to 128 EUR/MWh that the example supposed before."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One hypothesis: what it is called, what it changes in the example."""

    title: str
    changes: tuple[tuple[str, object], ...] = ()
    variant: str | None = None


def effects(base: Money) -> Iterator[Effect]:
    """Yield the example as it stands, then one hypothesis at a time."""
    yield Effect("**l’exemple tel quel**")
    yield Effect("tous les fournisseurs à la référence du marché (66, et 97 jusqu’à 36 kVA)", _market(base))
    yield Effect("un prix de fournisseur unique de 118 €/MWh, comme avant", _one_price(base))
    yield Effect("heures creuses d’après la réforme", variant="reforme-heures-creuses")
    yield Effect("toitures sur le réseau, non derrière un compteur", variant="toitures sur le réseau")
    yield Effect("avec les ombrières (420 kWc, au coût des ombrières)", variant="avec les ombrières")
    yield Effect(
        "sans TURPE de l’injection (aucun ici : derrière un compteur)",
        _roofs("injection_turpe_eur_per_year", 0.0),
    )
    yield Effect("sans IFER", _roofs("ifer_eur_per_year", 0.0))
    yield Effect("charges constantes, au lieu de + 2 % par an", (("finance.opex_indexation_ratio", 0.0),))
    yield Effect("durée de vie de 20 ans, au lieu de 30", _roofs("life_years", 20))
    yield Effect("loyer de 5 €/kWc par an", _roofs("rent_eur_per_year", 5.0, by_kwp=True))
    yield Effect(
        "raccordement à 0,25 €/Wc, le haut de la fourchette", _roofs("connection_eur", 250.0, by_kwp=True)
    )
    yield Effect("prix local à 0 : d’une poche à l’autre", (("prices.local_eur_per_mwh", 0.0),))
    yield Effect(
        "accise à 0,5 €/MWh pour l’entrepôt frigorifique", (("participants.froid.accise_eur_per_mwh", 0.5),)
    )


def _roofs(column: str, value: float, *, by_kwp: bool = False) -> tuple[tuple[str, object], ...]:
    return tuple((f"plants.{id_}.{column}", value * kwp if by_kwp else value) for id_, kwp in ROOFS.items())


def _one_price(base: Money, prices: dict[Segment, float] | None = None) -> tuple[tuple[str, object], ...]:
    changes: list[tuple[str, object]] = []
    for one in base.participants:
        changes += [(f"participants.{one.id}.supply_{slot}_eur_per_mwh", "") for slot in SLOTS]
        price = FORMER_EUR_PER_MWH if prices is None else prices[one.segment]
        changes.append((f"participants.{one.id}.supply_eur_per_mwh", price))
    return tuple(changes)


def _market(base: Money) -> tuple[tuple[str, object], ...]:
    assert base.market is not None
    return _one_price(base, {segment: 1000.0 * p.eur_per_kwh for segment, p in base.market.prices.items()})


def computed() -> list[tuple[Effect, Money]]:
    """Return each hypothesis with the money of the example under it."""
    with tempfile.TemporaryDirectory() as there:
        folder = Path(there) / "demo"
        copy_example("bergerac", folder)
        base = _money(folder, Effect(""))
        return [(effect, _money(folder, effect)) for effect in effects(base)]


def _money(folder: Path, effect: Effect) -> Money:
    settings = [Setting(path, value, "docs/effects.py") for path, value in effect.changes]
    found = run(folder, ran_on=RAN_ON, variant=effect.variant, settings=settings).money
    assert found is not None
    return found


def table() -> str:
    """Return the rows: what everybody gains over the plan, its change, at full accise, the plants' part."""
    lines = [
        "| Hypothèse | VAN de tous, € | Écart, € | VAN de tous à accise entière, € | VAN des centrales, € |",
        "| --- | --- | --- | --- | --- |",
    ]
    first = 0.0
    for effect, money in computed():
        assert money.total is not None
        assert money.plan is not None
        value, full = money.total.npv_eur_ht or 0.0, money.total.full_accise_npv_eur_ht or 0.0
        first = first or value
        change = "–" if value == first else french(value - first, sign=True)
        cells = (effect.title, french(value), change, french(full), french(money.plan.npv_eur_ht))
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def french(value: float, *, sign: bool = False) -> str:
    """Return euros as the page writes them.

    >>> french(-20388.4), french(12.6, sign=True)
    ('−20 388', '+13')
    """
    text = f"{value:+,.0f}" if sign else f"{value:,.0f}"
    return text.replace(",", " ").replace("-", "−")


def written(page: str) -> str:
    """Return the page with the table made anew."""
    block = f"<!-- effets -->\n\n{table()}\n\n<!-- fin -->"
    return re.sub(r"<!-- effets -->.*?<!-- fin -->", lambda _match: block, page, flags=re.DOTALL)


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
