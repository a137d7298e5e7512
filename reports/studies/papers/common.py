"""What all papers to sign share: labelled values, points of law that are not sure, where one signs."""

import re
from collections.abc import Collection, Set
from dataclasses import dataclass
from datetime import date
from gettext import gettext as _

from acc.accounts.persons import Holding
from acc.arrays import FloatArray
from acc.household_privacy import HOMES
from acc.parties import Organiser, Party
from acc.result.result import Result
from acc.rules.check import Check, State
from acc.scenario import Scenario
from acc.sites import Person, Plant, Site
from acc.years.states import first_participants, first_plants
from reports.format.labels import STATES, capital, regime_word
from reports.format.numbers import fr, long_date, unit
from reports.format.plain import as_read
from reports.nodes.tree import Bullets, Callout, Field, Fields, Node, TextCell, TextColumn, TextTable
from reports.sentences.overview import scenario_name


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PaperCase:
    """What papers are made from.

    Attributes:
        distances_km: between participants then plants, NaN where a place is missing.
        holders: whose own papers are asked for.
    """

    result: Result
    distances_km: FloatArray
    holders: tuple[Holding, ...]

    @property
    def scenario(self) -> Scenario:
        """What the folder says."""
        return self.result.scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Who signs: for whom, its name and in which quality; None where the folder does not say."""

    whom: str
    name: str | None = None
    quality: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A paper before its frame.

    Attributes:
        title: what it is; file: its name, without an extension.
        about: what tells it from the others of its kind.
        readers: who is to read it before it is signed.
        signers: who signs.
        annex: what comes after the signatures, such as a form to send back later.
    """

    title: str
    file: str
    about: str
    readers: str
    blocks: tuple[Node, ...]
    signers: tuple[Signer, ...]
    annex: tuple[Node, ...] = ()


def counsel() -> str:
    """Reader of a contract before its signature."""
    return _("counsel")


def accountant() -> str:
    """Reader of a paper of public money before its signature."""
    return _("counsel, and the public accountant for the lines of the budget")


def field(label: str, value: str | date | None) -> Field:
    """Return a labelled value as the folder says it; room for a pen where it does not."""
    if value is None or value == "":
        return Field(label, _("to complete: ……………………………………"), is_blank=True)
    return Field(label, long_date(value) if isinstance(value, date) else value)


def blank_cell() -> TextCell:
    """Return a cell that the folder does not fill."""
    return TextCell(_("to complete: ……"), tone="muted")


def fields(*items: tuple[str, str | date | None]) -> Fields:
    """Return labelled values, each filled or left blank."""
    return Fields(tuple(field(label, value) for label, value in items))


def margin(text: str) -> Callout:
    """Return a point of law that is not sure, beside what it bears on."""
    return Callout(_("To be checked"), text, look="margin", tone="sun_text")


def clauses(*texts: str) -> Bullets:
    """Return numbered clauses; those that do not apply are empty and left out."""
    return Bullets(tuple(filter(None, texts)), is_ordered=True)


def party_fields(party: Party, name: str, *, is_home: bool) -> Fields:
    """Identity of a party; a home has no legal form nor SIRET."""
    if is_home:
        return fields(
            (_("In the folder"), name),
            (_("Surname and first name"), party.legal_name),
            (_("Address"), party.address),
            (_("Mail or telephone"), party.contact),
        )
    return fields(
        (_("In the folder"), name),
        (_("Legal name"), party.legal_name),
        (_("Legal form"), party.legal_form),
        ("SIRET", party.siret),
        (_("Address of the seat"), party.address),
        (_("Represented by"), party.signatory),
        (_("In the quality of"), party.signs_as),
        (_("Mail or telephone"), party.contact),
    )


def holder_of_contract(party: Party) -> str | None:
    """Return in whose name the supply contract of a point is: as said, else its party's own."""
    return party.holder or party.legal_name


def organiser_of(scenario: Scenario) -> Organiser:
    """Organising legal person of the folder; empty where not given."""
    return scenario.organiser or Organiser()


def organiser_fields(scenario: Scenario) -> Fields:
    """Identity of the organising legal person."""
    organiser = organiser_of(scenario)
    return fields(
        (_("Name"), organiser.name),
        (_("Legal form"), organiser.legal_form),
        ("SIRET", organiser.siret),
        (_("Address of the seat"), organiser.address),
        (_("Represented by"), organiser.signatory),
        (_("In the quality of"), organiser.signs_as),
        (_("Mail or telephone"), organiser.contact),
    )


def organiser_signer(scenario: Scenario) -> Signer:
    """Return the organising legal person as one who signs."""
    organiser = organiser_of(scenario)
    return Signer(
        whom=_("For the organising legal person (PMO)"), name=organiser.signatory, quality=organiser.signs_as
    )


def party_signer(whom: str, party: Party) -> Signer:
    """Return a party as one who signs."""
    return Signer(whom=whom, name=party.signatory or party.legal_name, quality=party.signs_as)


def is_home(holder: Holding) -> bool:
    """Return whether a party is a household."""
    return holder.kind in HOMES


def communes(scenario: Scenario) -> list[str]:
    """Return the communes of all points, with their INSEE code where it is known, in order."""
    codes = {
        (site.commune or site.insee or "", site.insee or "")
        for site in (*scenario.participants, *scenario.plants)
    }
    return sorted(f"{name} ({insee})" if insee and insee != name else name for name, insee in codes if name)


def operation_fields(scenario: Scenario) -> Fields:
    """Identity of the operation: name, perimeter, communes, points."""
    return fields(
        (_("Operation"), scenario_name(scenario)),
        (_("Perimeter asked for"), regime_word(scenario.regime)),
        (_("Communes"), ", ".join(communes(scenario))),
        (_("Points of withdrawal"), fr(len(first_participants(scenario)))),
        (_("Plants"), fr(len(first_plants(scenario)))),
        (_("First day of the operation (the 1st of a month)"), None),
    )


def on_derogation(result: Result) -> str:
    """Return the clause that waits for the derogation; empty where none is asked."""
    if not result.status.on_derogation:
        return ""
    return _(
        "The perimeter holds only on a derogation of the minister in charge of energy: this paper takes "
        "effect once it is granted, and as long as the distance and the communes of the request hold."
    )


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
            TextCell(check.reference, "small"),
        )
        for check in case.result.rules_of(holder.id)
    )
    note = _("As the study computes, to inform; it is indicative and no part of what is agreed.")
    return TextTable("rules-of-party", columns, rows, note=note)


def _state_text(check: Check) -> State:
    # What a buyer owes counts all its similar electricity, which no folder holds: never told as settled.
    is_bounded = check.rule == "procurement" and check.measured is not None
    return State.TO_VERIFY if is_bounded else check.state


def _rule_text(scenario: Scenario, check: Check, own: Set[str]) -> str:
    if check.rule == "distance" and check.measured is not None and not own >= set(check.between):
        # Who is farthest apart are others: how far says it all.
        text = _("The two most distant sites are {distance} apart, {limit} at most.")
        limit = "–" if check.limit is None else unit(check.limit, "km")
        return text.format(distance=unit(check.measured, "km", 3), limit=limit)
    # What names those in the way is for who must act on them.
    rule = f"{check.title.rstrip('.')}. {'' if check.act else check.remedy}".strip()
    return capital(nameless(scenario, as_read(rule), own))
