"""What papers to sign are filled with: the operation, its persons, points and plants, the rules of each."""

import re
from collections.abc import Collection, Mapping, Set
from dataclasses import asdict, dataclass, field, replace
from gettext import gettext as _
from types import SimpleNamespace

from acc.accounts.persons import Holding
from acc.arrays import FloatArray
from acc.holders import party_of
from acc.household_privacy import HOMES, PUBLIC_BODIES
from acc.parties import Organiser, PaperSignature
from acc.result.result import Result
from acc.rules.check import Check, State
from acc.scenario import Scenario
from acc.sites import ContractCode, FixedPrice, Kind, MarketFile, Participant, Person, Plant, PlantKind, Site
from acc.years.states import first_participants, first_plants
from reports.format.labels import STATES, capital, key_sentence, key_title, regime_word
from reports.format.language import as_read
from reports.format.money import exact_per_mwh, pmo_fees
from reports.format.numbers import exact, fr, unit
from reports.format.wording import sentence, text_of
from reports.nodes.tree import TextCell, TextColumn, TextTable
from reports.sentences.overview import scenario_name
from reports.studies.papers.texts import Draft, draft_of, paper_text
from reports.view.view import holders_shown


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PaperCase:
    """What papers are made from.

    Attributes:
        distances_km: between participants then plants, NaN where a place is missing.
        holders: whose own papers are asked for.
        signatures: of the folder, those of other operations of its plan among them.
        number: of the operation in a plan of several, from 1; None of an operation that is alone.
        moved: what the deliberation of a public body, which all read, stands on in place of `result`, by id.
    """

    result: Result
    distances_km: FloatArray
    holders: tuple[Holding, ...]
    signatures: tuple[PaperSignature, ...] = ()
    number: int | None = None
    moved: Mapping[str, Result] = field(default_factory=dict)

    @property
    def scenario(self) -> Scenario:
        """What the folder says."""
        return self.result.scenario

    @property
    def prefix(self) -> str:
        """What the name of a file of one operation of several begins with."""
        return "" if self.number is None else _("op{number}-").format(number=self.number)

    def draft(self, paper: str, who: str | None, **values: object) -> Draft:
        """Fill a paper of this operation."""
        made = draft_of(paper, who, self.values(**values))
        return replace(made, file=f"{self.prefix}{made.file}", number=self.number, operations=(self.number,))

    def signature(self, paper: str, who: str | None) -> PaperSignature | None:
        """Line of a paper of this operation among the signatures; None where there is none."""
        key = paper, who, self.number
        return next((line for line in self.signatures if line.key == key), None)

    def values(self, **more: object) -> dict[str, object]:
        """Fields of the operation and of its organising legal person, and `more`."""
        scenario, key = self.scenario, self.scenario.key.name
        return {
            "organiser": scenario.organiser or Organiser(),
            "operation": scenario_name(scenario),
            "operation_name": scenario.name,
            "perimeter": regime_word(scenario.regime),
            "communes": ", ".join(_communes(scenario)),
            "count_of_points": fr(len(first_participants(scenario))),
            "count_of_plants": fr(len(first_plants(scenario))),
            "key": key_title(key),
            "key_explained": f"{key_title(key)}. {key_sentence(key)}".strip(),
            "fee": pmo_fees(scenario.prices),
            "on_derogation": paper_text("on-derogation") if self.result.status.on_derogation else "",
            **more,
        }

    def person(self, holder: Holding) -> SimpleNamespace:
        """Fields of a person: those of `acc.parties.Party`, its name, who signs for it, what it is."""
        party = party_of(self.scenario, holder.id)
        return SimpleNamespace(
            **asdict(party),
            name=holder.name,
            signer=party.signatory or party.legal_name,
            is_home=holder.kind in HOMES,
            is_public=holder.kind in PUBLIC_BODIES,
            sites=holder.sites,
            plants=holder.plants,
        )

    def points(self, holder: Holding) -> tuple[SimpleNamespace, ...]:
        """Fields of each point of a person, its number unmasked: they are in its own papers."""
        return tuple(self._point(self.scenario.participants[n]) for n in holder.sites)

    def _point(self, site: Participant) -> SimpleNamespace:
        own = party_of(self.scenario, site.id)
        return SimpleNamespace(
            name=site.name,
            prm=site.prm,
            commune=site.commune or site.insee,
            # In whose name the supply contract of the point is: as said, else its party's own.
            holder=own.holder or own.legal_name,
            supplier=own.supplier,
            until=site.contract.until,
        )

    def plants(self, holder: Holding) -> tuple[SimpleNamespace, ...]:
        """Fields of each plant of a person."""
        return tuple(self.plant(self.scenario.plants[m]) for m in holder.plants)

    def plant(self, plant: Plant) -> SimpleNamespace:
        """Fields of a plant: its power, its sale, where it is mounted and what that costs."""
        own, costs = party_of(self.scenario, plant.id), plant.costs
        kinds = {PlantKind.ROOF: _("roof"), PlantKind.CANOPY: _("canopy"), PlantKind.GROUND: _("ground")}
        rent, life = (None, None) if costs is None else (costs.rent_eur_per_year, costs.life_years)
        return SimpleNamespace(
            id=plant.id,
            name=plant.name,
            prm=plant.prm,
            commune=plant.commune or plant.insee,
            power=exact(plant.kwp, _("kWp")),
            inverters=None if plant.inverter_kva is None else exact(plant.inverter_kva, "kVA"),
            surplus=_surplus_sale(self.scenario, plant),
            surplus_taker=own.surplus_taker,
            support=kinds[plant.kind] if plant.kind else None,
            parcel=own.parcel,
            roof_title=own.roof_title,
            rent=None if rent is None else exact(rent, "€"),
            life=None if life is None else unit(life, _("years")),
        )

    def landlord(self, plant: Plant) -> Holding | None:
        """Owner of the roof of a plant: the one named, a member or not, else the holder of its host meter."""
        named = plant.landlord or plant.behind
        for holder in holders_shown(self.result):
            if named in {holder.id, *(self.scenario.participants[n].id for n in holder.sites)}:
                return holder
        outside: list[Participant | Person] = [*self.scenario.absent, *(self.scenario.persons or ())]
        outsider = next((item for item in outside if item.id == named), None)
        if outsider is None:
            return None
        return Holding(outsider.id, outsider.name, outsider.kind or Kind.COMPANY, (), ())


def _communes(scenario: Scenario) -> list[str]:
    """Communes of all points, with their INSEE code where it is known, in order."""
    sites = (*scenario.participants, *scenario.plants)
    codes = {(site.commune or site.insee or "", site.insee or "") for site in sites}
    return sorted(f"{name} ({insee})" if insee and insee != name else name for name, insee in codes if name)


def _surplus_sale(scenario: Scenario, plant: Plant) -> str | None:
    """Sale of the surplus of a plant, in words; None where the folder does not say."""
    match plant.surplus or scenario.prices.surplus:
        case FixedPrice(eur_per_kwh=price):
            return _("{price} without tax").format(price=exact_per_mwh(price))
        case ContractCode(code=code):
            return _("contract {code}").format(code=code)
        case MarketFile(file=file):
            return _("prices by the hour ({file})").format(file=file)
        case _:
            return None


def nameless(scenario: Scenario, text: str, own: Collection[str]) -> str:
    """Return a sentence where nobody is named but the sites, plants and persons of `own`, by id."""
    every: list[Site | Person] = [*scenario.participants, *scenario.plants, *scenario.absent]
    every += scenario.persons or ()
    kept = {entry.name for entry in every if entry.id in own}
    others = {
        entry.name: _("a plant") if isinstance(entry, Plant) else _("another participant")
        for entry in every
        if entry.name not in kept
    }
    names = sorted({*kept, *others} - {""}, key=lambda name: (-len(name), name))
    if not names:
        return text
    pattern = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)")
    return pattern.sub(lambda match: others.get(match[0], match[0]), text)


def own_ids(result: Result, *holders: Holding) -> set[str]:
    """Return the ids of holders, of their sites and of their plants."""
    scenario = result.scenario
    ids = {holder.id for holder in holders}
    for holder in holders:
        ids |= {scenario.participants[n].id for n in holder.sites}
        ids |= {scenario.plants[m].id for m in holder.plants}
    return ids


def rules_table(case: PaperCase, holder: Holding) -> TextTable:
    """Return the rules that one party meets, how each stands and what is to be done, nobody else named."""
    own = own_ids(case.result, holder)
    columns = (
        TextColumn(_("Rule"), "rest", "left"),
        TextColumn(_("State"), 24, "left"),
        TextColumn(_("Text"), 70, "left"),
    )
    rows = tuple(
        (
            TextCell(_rule_text(case.scenario, check, own)),
            TextCell(capital(_(STATES[_state_text(check)]))),
            TextCell(without_pages(check.reference), "small"),
        )
        for check in case.result.rules_of(holder.id)
    )
    return TextTable("rules-of-party", columns, rows, note=text_of("rules-inform"))


PAGE = re.compile(r"\s?\([^()]*\b[\w-]+\.(?:fr|com|org|eu|net|info)\b[^()]*\)")
"""Web pages in brackets, where a figure was read: a paper cites the text of law alone."""


def without_pages(reference: str) -> str:
    """Text of law of a reference, without the web pages where it was read.

    >>> without_pages("code de l’énergie, L331-5 ; avis du 26 décembre 2025 (un-site.fr, 6 janvier 2026)")
    'code de l’énergie, L331-5 ; avis du 26 décembre 2025'
    """
    return PAGE.sub("", reference)


def _state_text(check: Check) -> State:
    # What a buyer owes counts all its similar electricity, which no folder holds: never told as settled.
    is_bounded = check.rule == "procurement" and check.measured is not None
    return State.TO_VERIFY if is_bounded else check.state


def _rule_text(scenario: Scenario, check: Check, own: Set[str]) -> str:
    if check.rule == "distance" and check.measured is not None and not own >= set(check.between):
        # Who is farthest apart are others: how far says it all.
        limit = "–" if check.limit is None else unit(check.limit, "km")
        return sentence("farthest-of-others", distance=unit(check.measured, "km", 3), limit=limit)
    # What names those in the way is for who must act on them.
    rule = f"{check.title.rstrip('.')}. {'' if check.act else check.remedy}".strip()
    return capital(nameless(scenario, as_read(rule), own))
