"""Page 1 in ten seconds: lawful or not, how much for its reader, how sure, what is asked."""

from collections.abc import Collection, Mapping, Sequence
from gettext import gettext as _
from math import isfinite

from acc.accounts.persons import Holding, sole_member
from acc.household_privacy import HOMES, homes
from acc.i18n import semicolons
from acc.indicators import known_ratio
from acc.result.cancelling import conditions_for_members
from acc.result.outcomes import MemberOutcome, Outcomes
from acc.result.result import Result
from acc.rules.check import Check, Legality, State
from acc.sides import Side, loses, side
from acc.sites import Kind
from acc.time_aggregates import is_year
from reports.format.changes import condition_text
from reports.format.draws import question_text
from reports.format.gains import (
    at_full_accise,
    before_investment,
    of_sharing,
    two_parts,
    value_basis,
    value_quantity,
)
from reports.format.money import eur, range_ends
from reports.format.numbers import (
    FIXED,
    MISSING,
    fr,
    listed,
    percent,
    plants_count,
    sites_count,
    span,
)
from reports.format.quantity import Quantity
from reports.format.unlawful import status_text
from reports.format.wording import sentence
from reports.nodes.tree import (
    Callout,
    Column,
    Paragraph,
    Status,
    TextCell,
    TextTable,
    ValueBox,
    first_column,
    quantity_box,
    table_by_column,
)
from reports.sentences.money import band_text, drawn_text, tile_range, value_tile
from reports.sentences.unlawful import band, decision_instead
from reports.view import quantities
from reports.view.privacy import PUBLIC_BODIES
from reports.view.selection import OwnHomes
from reports.view.view import View, holders_shown

MOST_NAMED = 2
"""Members named beside their count, on a line to be read at once."""


def law(view: View, checks: Sequence[Check] | None = None) -> Paragraph | None:
    """Status of the operation under the rules, in a line; None where the band says it.

    Args:
        checks: the rules that the document lists; all of them by default.
    """
    result = view.result
    checks = result.rules if checks is None else checks
    if not result.is_lawful or not checks:
        return None
    states, legal_status = [check.state for check in checks], result.status
    verify, mend = states.count(State.TO_VERIFY), states.count(State.NOT_MET)
    sure = legal_status.lawful is Legality.YES and not (verify or mend)
    return Paragraph(
        status_text(legal_status, mend=mend, verify=verify), tone="shared_dark" if sure else "sun_text"
    )


def status(view: View, checks: Sequence[Check] | None = None, *, asks: bool = True) -> Status:
    """Status of the operation: prohibition and decision instead, or the line of `law`.

    Args:
        asks: whether the document asks for a decision.
    """
    forbids = band(view)
    if forbids is not None:
        return Status(forbids, decision(view) if asks else None)
    return Status(law(view, checks) or Paragraph(_("Not checked against the rules"), tone="sun_text"))


def readers(view: View, kinds: frozenset[Kind] | None = None) -> tuple[Holding, ...]:
    """Return the members whose kind is one of `kinds`; all of them by default."""
    return tuple(holding for holding in holders_shown(view.result) if kinds is None or holding.kind in kinds)


def answer(view: View, kinds: frozenset[Kind] | None = None) -> str:
    """Gain of the readers, and number of those who gain; empty without euros."""
    outcome = readers_outcomes(view, kinds)
    if not outcome.known:
        return ""
    if kinds is not None and len(outcome.known) == 1:
        return _alone(view, outcome.known[0])
    if sole_member(view.result.money) is not None:
        return _sole(view, outcome.known[0])
    winners, of_kind = len(outcome.winners), "bodies-gain" if kinds == PUBLIC_BODIES else "firms-gain"
    first = sentence(
        "members-gain" if kinds is None else of_kind,
        winners,
        winners=quantities.winners(view.outcomes, outcome.ids),
        count=quantities.members(view.outcomes, outcome.ids),
        amount=_gain(view, outcome.ids),
        before=_before(view, outcome.together, outcome.ids),
        losers=_who_loses(view, outcome),
    )
    unknown = len(outcome.members) - len(outcome.known)
    return f"{first} {sentence('uncounted-members', unknown)}" if unknown else first


def readers_outcomes(view: View, kinds: frozenset[Kind] | None = None) -> Outcomes:
    """Outcomes of the readers: members of some kinds, all by default.

    Who stands with homes that have no row is in no class: all less the classes would be these homes.
    """
    outcome = view.outcomes.of({reader.id for reader in readers(view, kinds)})
    if kinds is None:
        return outcome
    return outcome.of({member.id for member in outcome.members if not view.with_homes & {*member.site_ids}})


def _who_loses(view: View, outcomes: Outcomes) -> str:
    """Number of losers in the first year and over the plan; "nobody" only where both are zero."""
    losers, below, years = outcomes.losers, outcomes.losers_over_plan, fr(outcomes.plan_years or 0)
    counted = quantities.losers(view.outcomes, outcomes.ids)
    if losers and {member.id for member in below} == {loser.id for loser in losers}:
        return sentence("lose-both", len(below), count=counted[1], years=years, names=_names(view, below))
    parts = []
    if losers:
        parts.append(sentence("lose-first-year", len(losers), count=counted[0], names=_names(view, losers)))
    if below:
        names = _names(view, below)
        parts.append(sentence("lose-over-plan", len(below), count=counted[1], years=years, names=names))
    late = _late(view, outcomes)
    nobody = _("nobody would lose the first year") if late else _("nobody would lose")
    return semicolons([*(parts or [nobody]), *late])


def _late(view: View, outcomes: Outcomes) -> list[str]:
    """Number of yearly losers at the end of the plan, and since when, where not all lose."""
    late = outcomes.losers_late
    if not late:
        return []
    names = _names(view, late)
    return [sentence("lose-late", len(late), year=fr(late[0].loses_from_year or 0), names=names)]


def _gain(view: View, ids: Collection[str]) -> Quantity:
    return quantities.gain(view.outcomes, ids).as_(view.eur_writer)


def _before(view: View, outcome: MemberOutcome, ids: Collection[str]) -> str:
    """Return that a gain is before the investment, and its two parts; empty for who builds nothing."""
    if not outcome.plant_ids:
        return ""
    parts = two_parts(*quantities.gain_parts(view.outcomes, ids))
    return f", {before_investment(parts, is_taxed=outcome.is_taxed)}"


def _names(view: View, members: Sequence[MemberOutcome]) -> str:
    """Return the names of some members after their count; empty where there are many, or one is not named."""
    if len(members) > MOST_NAMED or not view.named_members.keys() >= {member.id for member in members}:
        return ""
    return _(": ") + listed([member.name for member in members])


def _sole(view: View, outcome: MemberOutcome) -> str:
    """Gain of the only member, holder of everything."""
    name = "sole-loses" if outcome.side is Side.LOSES else "sole-gains"
    before = _before(view, outcome, [outcome.id])
    return sentence(name, held=_count_holdings(outcome), amount=_gain(view, [outcome.id]), before=before)


def _count_holdings(outcome: MemberOutcome) -> str:
    """Return "5 sites and 1 plant"."""
    sites, plants = len(outcome.site_ids), len(outcome.plant_ids)
    parts = [sites_count(sites) if sites else "", plants_count(plants) if plants else ""]
    return listed([part for part in parts if part])


def _alone(view: View, outcome: MemberOutcome) -> str:
    """Return the balance of the only reader, by name where it may be said."""
    drawn, gain, ends = outcome.range_eur_ht, _gain(view, [outcome.id]), ""
    if drawn is not None:
        ends = f" ({span(*range_ends(drawn[0], drawn[2], drawn[1]))})"
        gain = gain.between(drawn[0], drawn[2])
    return _("For {name}: {amount} without tax{ends}{before}, {held}.").format(
        name=view.names.get(outcome.id, outcome.name),
        amount=gain,
        ends=ends,
        before=_before(view, outcome, [outcome.id]),
        held=_count_holdings(outcome),
    )


def gain_tiles(view: View, kinds: frozenset[Kind] | None = None) -> list[ValueBox]:
    """Return two tiles: what the readers gain, and what it is worth over the plan; empty without euros."""
    outcome = readers_outcomes(view, kinds)
    together = outcome.together
    if together.gain_eur_ht is None:
        return []
    word = _("gained by the members")
    if kinds is not None:
        word = _("gained by the public bodies") if kinds == PUBLIC_BODIES else _("gained by the companies")
    if together.side is Side.LOSES:
        word = _("{words}: a loss").format(words=word)
    gain = _gain(view, outcome.ids)
    note = tile_range(view, "gain_eur_ht", gain) if kinds is None else ""
    note = note or _by_member(view, outcome.known)
    if kinds is not None and len(outcome.members) < len(readers(view, kinds)):
        note = semicolons(filter(None, [note, _("without who stands with the households")]))
    if together.plant_ids:
        word = f"{word}, {before_investment('', is_taxed=together.is_taxed)}"
    tiles = [quantity_box(gain.printed(), word, note)]
    if together.plan_eur_ht is None or outcome.plan_years is None:
        return tiles
    words = _("over {years} years, investment paid (NPV)").format(years=fr(outcome.plan_years))
    note = _value_note(view, outcome, kinds)
    return [*tiles, value_tile(*quantities.value_ends(view.outcomes, outcome.ids), words, note)]


def _value_note(view: View, outcome: Outcomes, kinds: frozenset[Kind] | None) -> str:
    """Return the range of a value, what sharing adds to it, what full accise leaves of it."""
    full, money = quantities.full_accise_value(view.outcomes, outcome.ids), view.result.money
    full_text = ""
    if full.is_known and money is not None and not view.result.cancelling:
        full_text = at_full_accise(money, full.printed("k€"))
    drawn = "" if kinds is not None else band_text(view, "everybody_npv_eur_ht", 1e-3)
    if drawn and value_quantity(*quantities.value_ends(view.outcomes, outcome.ids)).unit != "k€":
        drawn = f"{drawn}{FIXED}k€"  # the tile is in millions
    parts = of_sharing(*quantities.value_parts(view.outcomes, outcome.ids))
    return semicolons(filter(None, [drawn, parts, full_text]))


def _by_member(view: View, known: Sequence[MemberOutcome]) -> str:
    """Return the ends of what members gain, of those alone who have their own name here."""
    named = view.named_members
    gains = [
        outcome.gain_eur_ht for outcome in known if outcome.id in named and outcome.gain_eur_ht is not None
    ]
    if len(gains) < 2:
        return ""
    name = "gains-of-some" if len(gains) < len(known) else "gains-by-member"
    return sentence(name, low=eur(min(gains)), high=eur(max(gains)), count=fr(len(gains)))


def sure(view: View, kinds: frozenset[Kind] | None = None) -> str:
    """Confidence: the range, full accise for the readers, metered part, answers to obtain."""
    open_ = [view.result.scenario.participants[i].id for group in view.groups for i in group.named]
    question = question_text(view.result.drawn, {id_: view.names[id_] for id_ in open_})
    plan = view.result.money is not None and view.result.money.plan is not None
    basis = value_basis() if plan and view.has_savings else ""
    sentences = (drawn_text(view), _group(view, kinds), basis, _accise(view, kinds), metered(view), question)
    return " ".join(filter(None, sentences))


def _group(view: View, kinds: frozenset[Kind] | None) -> str:
    """Return the range of what all members gain, beside the gain of some, which is not drawn apart."""
    ends = "" if kinds is None else band_text(view, "gain_eur_ht", 1.0, 0, view.eur_unit)
    return _("Gain of all members: {ends}.").format(ends=ends) if ends else ""


def _accise(view: View, kinds: frozenset[Kind] | None) -> str:
    ids = readers_outcomes(view, kinds).ids
    gain, full = _gain(view, ids), quantities.full_accise_gain(view.outcomes, ids).as_(view.eur_writer)
    if not (gain.is_known and full.is_known):
        return _("Euros are not computed.") if not view.has_savings else ""
    if view.result.cancelling or side(full.value - gain.value) is Side.EVEN:
        return ""
    return _("Gain if the accise bore on shared kWh: {amount}.").format(amount=full)


def metered(view: View) -> str:
    """Part of the needs with metered curves, in words."""
    ratio = known_ratio(view.result.energy, [quality.grade for quality in view.result.quality])
    if not isfinite(ratio):
        return ""
    if ratio == 0.0:
        return _("No curve is metered: the needs come from profiles and estimates.")
    if ratio >= 0.9995:
        return _("All the needs come from metered curves.")
    return _("{part} of the needs come from metered curves.").format(part=percent(ratio))


def decision(view: View) -> Callout:
    """Return the box of page 1: what is asked, by when, who signs."""
    words = view.result.scenario.words
    wanted = decision_instead(view)
    parts = [wanted or words.decision or _("An agreement in principle of each member; by when is to be set.")]
    if not wanted:
        parts.append(_signers(view))
    if words.contact:
        parts.append(_("Contact: {contact}").format(contact=words.contact))
    return Callout(_("Decision wanted"), " ".join(filter(None, parts)), look="asked")


def _signers(view: View) -> str:
    """Signatories, by kind: public bodies deliberate first."""
    everyone = readers(view)
    public = sum(reader.kind in PUBLIC_BODIES for reader in everyone)
    at_home = [reader for reader in everyone if reader.kind in HOMES]
    people = view.result.scenario.participants
    count_homes = sum(homes(people[n]) for reader in at_home for n in reader.sites)
    unknown = sum(reader.kind is None for reader in everyone)  # an owner of whom the folder tells nothing
    others = len(everyone) - public - len(at_home) - unknown
    by_kind = {
        "signing-bodies": public,
        "signing-firms": others,
        "signing-owners": unknown,
        "signing-households": count_homes,
    }
    parts = [sentence(name, count) for name, count in by_kind.items() if count]
    return _("To be signed by {who}.").format(who=listed(parts)) if parts else ""


def cancelling_table(
    result: Result,
    everybody: Outcomes,
    names: Mapping[str, str],
    ids: Collection[str],
    *,
    exact: bool = False,
    at_home: OwnHomes | None = None,
) -> TextTable | None:
    """Table of gains of some members under each condition, with number of losers among all.

    Args:
        everybody: the members of the result.
        names: what each plant may be called, by id.
        ids: of those who read.
        exact: to the euro, as the sheet of a member tells its balance.
        at_home: of a home that only buys: its sheet tells one home, with VAT.
    """
    money, writer = result.money, "±€ exact" if exact else "€"
    lines = conditions_for_members(result.cancelling, ids)
    if not lines:
        return None
    plan = None if money is None else money.plan
    unit = _("€/year") if is_year(result.scenario.steps) else "€"
    head, over = _("Gain\n{unit}"), _("Over {years} years\n€ (NPV)")
    if at_home is not None:
        head, over = _("Saving, with tax\n{unit}"), _("Over {years} years, with tax\n€ (NPV)")
    amounts = [
        [
            quantities.for_home(amount, at_home).as_(writer)
            for amount in quantities.given(line, everybody, ids)
        ]
        for line in lines
    ]
    losers = [quantities.losers_given(line) for line in lines]
    lose = _("members\nwho lose")
    columns: list[Column] = [
        (first_column(_("If…")), [condition_text(line, money, names) for line in lines]),
        (head.format(unit=unit), [_amount(gain) for gain, _value in amounts]),
        (lose, [_losers(first) for first, _over in losers]),
    ]
    if plan is not None:
        columns.append(
            (over.format(years=fr(plan.horizon_years)), [_amount(value) for _gain, value in amounts])
        )
        columns.append((lose, [_losers(below) for _first, below in losers]))
    title = _("What would cancel it")
    if plan is not None and plan.without_connection_ids:
        title = _("What would cancel it, the connection left out")
    readers_ = everybody.of(ids).together
    if readers_.plant_ids:
        before = before_investment("", is_taxed=readers_.is_taxed)
        title = _("{title} (gain {before})").format(title=title, before=before)
    return table_by_column("cancelling", *columns, title=title)


def _amount(amount: Quantity) -> TextCell:
    """Return the cell of an amount, red where it is a loss; a dash where it is unknown."""
    if not amount.is_known:
        return TextCell(MISSING)
    if loses(amount.value):
        return TextCell(amount.printed().number, "money", amount.value, tone="worse")
    return TextCell(amount.printed().number, "strong", amount.value)


def _losers(count: Quantity) -> TextCell:
    if not count.value:
        return TextCell(count.printed().number, value=count.value)
    return TextCell(count.printed().number, "money", count.value, tone="worse")
