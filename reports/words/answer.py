"""Page 1 in ten seconds: is it lawful, how much for its reader, how sure, what is asked and who signs."""

from collections.abc import Sequence
from gettext import gettext as _
from gettext import ngettext
from math import isfinite

from acc.accounts.holdings import Holding
from acc.accounts.person_values import PersonMoney
from acc.accounts.persons import never_paid_back, pooled, sole_member
from acc.homes import HOMES, homes
from acc.i18n import semicolons, to_hundreds
from acc.indicators import known_ratio
from acc.rules.check import Check, State
from acc.sides import loses
from acc.sites import Kind
from reports.format.labels import Words, quantity_tile, tile
from reports.format.money import eur, eur_text, thousands
from reports.format.numbers import fr, listed, percent, span
from reports.view.privacy import PUBLIC_BODIES
from reports.view.view import View, holders_shown
from reports.words.money import band_text, drawn_text, tile_range
from reports.words.unlawful import decision_instead

MOST_NAMED = 2
"""Members named beside their count, on a line to be read at once."""
LEAST_EUR = 0.5
"""Below, a member neither gains nor loses."""


def law(view: View, told: Sequence[Check] | None = None) -> Words | None:
    """Return how the operation stands towards the rules, in a line; None where the band says it.

    Args:
        told: the rules that the document lists; all of them by default.
    """
    result = view.result
    told = result.rules if told is None else told
    if not result.is_lawful or not told:
        return None
    states = [check.state for check in told]
    on_derogation = any(check.state is State.ON_DEROGATION for check in result.checks)
    verify, mend = states.count(State.TO_VERIFY), states.count(State.NOT_MET)
    parts = [_("Lawful on derogation") if on_derogation else _("Lawful")]
    if mend:
        parts.append(ngettext("{count} point to mend", "{count} points to mend", mend))
    if verify:
        parts.append(ngettext("{count} point to verify", "{count} points to verify", verify))
    counts = ["", *(fr(count) for count in (mend, verify) if count)]
    text = ", ".join(part.format(count=count) for part, count in zip(parts, counts, strict=True))
    return {"text": text, "colour": "sun_text" if len(parts) > 1 or on_derogation else "shared_dark"}


def readers(view: View, kinds: frozenset[Kind] | None = None) -> tuple[Holding, ...]:
    """Return the members whose kind is one of `kinds`; all of them by default."""
    return tuple(one for one in holders_shown(view.result) if kinds is None or one.kind in kinds)


def balances(view: View, who: Sequence[Holding]) -> list[PersonMoney]:
    """Return the balances of some members; of those alone whose euros are known."""
    money = view.result.money
    ids = {one.id for one in who}
    found = [] if money is None or money.total is None else [p for p in money.persons if p.id in ids]
    return [p for p in found if set(p.unknown_ids) < {*p.participant_ids, *p.plant_ids}]


def answer(view: View, kinds: frozenset[Kind] | None = None) -> str:
    """Return what the readers gain and how many of them; empty without euros."""
    who = readers(view, kinds)
    known = balances(view, who)
    if not known:
        return ""
    if kinds is not None and len(known) == 1:
        return _alone(view, known[0])
    if sole_member(view.result.money) is not None:
        return _sole(view, known[0])
    gain = sum(one.gain_eur_ht for one in known)
    winners = sum(one.gain_eur_ht >= LEAST_EUR for one in known)
    first = _who_gains(winners, kinds).format(
        winners=fr(winners),
        count=fr(len(known)),
        amount=eur_text(gain, view.eur_unit),
        losers=_who_loses(view, known),
    )
    unknown = len(who) - len(known)
    if not unknown:
        return first
    text = ngettext(
        "{count} member is not counted: its prices are unknown.",
        "{count} members are not counted: their prices are unknown.",
        unknown,
    )
    return f"{first} " + text.format(count=fr(unknown))


def _who_gains(winners: int, kinds: frozenset[Kind] | None) -> str:
    if kinds is None:
        return ngettext(
            "{winners} member of {count} would gain, {amount} together without tax; {losers}.",
            "{winners} members of {count} would gain, {amount} together without tax; {losers}.",
            winners,
        )
    if kinds == PUBLIC_BODIES:
        return ngettext(
            "{winners} public body of {count} would gain, {amount} together without tax; {losers}.",
            "{winners} public bodies of {count} would gain, {amount} together without tax; {losers}.",
            winners,
        )
    return ngettext(
        "{winners} company or association of {count} would gain, {amount} together without tax; {losers}.",
        "{winners} companies or associations of {count} would gain, {amount} together without tax; {losers}.",
        winners,
    )


def _who_loses(view: View, known: Sequence[PersonMoney]) -> str:
    """Return how many lose the first year and how many over the plan; nobody, only where both are none."""
    money, losers = view.result.money, [one for one in known if loses(one.gain_eur_ht)]
    ids = {one.id for one in known}
    below = [] if money is None or money.plan is None else [p for p in never_paid_back(money) if p.id in ids]
    text = ngettext("{count} would lose{names}", "{count} would lose{names}", len(losers))
    told = [text.format(count=fr(len(losers)), names=_names(view, losers))] if losers else []
    if below and money is not None and money.plan is not None:
        text = ngettext(
            "{count} would lose over {years} years, investment counted{names}",
            "{count} would lose over {years} years, investment counted{names}",
            len(below),
        )
        if {one.id for one in below} == {one.id for one in losers}:
            told, text = (
                [],
                ngettext(
                    "{count} would lose, the first year and over {years} years{names}",
                    "{count} would lose, the first year and over {years} years{names}",
                    len(below),
                ),
            )
        years = fr(money.plan.horizon_years)
        told.append(text.format(count=fr(len(below)), years=years, names=_names(view, below)))
    return semicolons(told) or _("nobody would lose")


def _names(view: View, members: Sequence[PersonMoney]) -> str:
    """Return the names of some members after their count; empty where there are many, or one is not named."""
    if len(members) > MOST_NAMED or not all(_has_own_name(view, one) for one in members):
        return ""
    return _(": ") + listed([one.name for one in members])


def _has_own_name(view: View, member: PersonMoney) -> bool:
    """Return whether this document calls a member by its own name."""
    return view.names.get(member.id) == member.name


def _sole(view: View, one: PersonMoney) -> str:
    """Return what the only member gains, where it holds everything."""
    text = _("The only member, who holds {held}, would gain {amount} without tax before the investment.")
    if one.gain_eur_ht < 0.0:
        text = _("The only member, who holds {held}, would lose: {amount} without tax before the investment.")
    return text.format(held=_held(one), amount=eur_text(one.gain_eur_ht, view.eur_unit))


def _held(one: PersonMoney) -> str:
    """Return "5 sites and 1 plant"."""
    sites, plants = len(one.participant_ids), len(one.plant_ids)
    held = [
        ngettext("{count} site", "{count} sites", sites).format(count=fr(sites)) if sites else "",
        ngettext("{count} plant", "{count} plants", plants).format(count=fr(plants)) if plants else "",
    ]
    return listed([part for part in held if part])


def _alone(view: View, one: PersonMoney) -> str:
    """Return the balance of the only reader, by name where it may be said."""
    found = view.result.persons_ranges.get("gain_eur_ht", {}).get(one.id)
    ends = "" if found is None else f" ({span(to_hundreds(found[0]), to_hundreds(found[2]))})"
    text = _("For {name}: {amount} without tax{ends}, {held}.")
    return text.format(
        name=view.names.get(one.id, one.name),
        amount=eur_text(one.gain_eur_ht, view.eur_unit),
        ends=ends,
        held=_held(one),
    )


def gain_tiles(view: View, kinds: frozenset[Kind] | None = None) -> list[Words]:
    """Return two tiles: what the readers gain, and what it is worth over the plan; empty without euros."""
    known = balances(view, readers(view, kinds))
    if not known:
        return []
    whole = pooled("", "", known)
    word = _("gained by the members")
    if kinds is not None:
        word = _("gained by the public bodies") if kinds == PUBLIC_BODIES else _("gained by the companies")
    if whole.gain_eur_ht < 0.0:
        word = _("{words}: a loss").format(words=word)
    note = tile_range(view, "gain_eur_ht", whole.gain_eur_ht) if kinds is None else ""
    found = [tile(eur(whole.gain_eur_ht), view.eur_unit, word, note or _by_member(view, known))]
    plan = view.result.money.plan if view.result.money else None
    if whole.npv_eur_ht is None or plan is None:
        return found
    words = _("over {years} years (NPV)").format(years=fr(plan.horizon_years))
    full = whole.full_accise_npv_eur_ht
    beside = "" if full is None else _("{value} at full accise").format(value=thousands(full))
    drawn = "" if kinds is not None else band_text(view, "everybody_npv_eur_ht", 1e-3)
    notes = semicolons(filter(None, [drawn, beside]))
    return [*found, quantity_tile(thousands(whole.npv_eur_ht), words, notes)]


def _by_member(view: View, known: Sequence[PersonMoney]) -> str:
    """Return the ends of what members gain, of those alone who have their own name here."""
    gains = [one.gain_eur_ht for one in known if _has_own_name(view, one)]
    if len(gains) < 2:
        return ""
    text = _("from {low} to {high} by member")
    if len(gains) < len(known):
        text = _("from {low} to {high} for {count} of them")
    return text.format(low=eur(min(gains)), high=eur(max(gains)), count=fr(len(gains)))


def sure(view: View, kinds: frozenset[Kind] | None = None) -> str:
    """Return how sure it is: the range, what full accise would do to the readers, what is metered."""
    return " ".join(
        filter(None, [drawn_text(view), _group(view, kinds), _accise(view, kinds), _metered(view)])
    )


def _group(view: View, kinds: frozenset[Kind] | None) -> str:
    """Return the range of what all members gain, beside the gain of some, which is not drawn apart."""
    ends = "" if kinds is None else band_text(view, "gain_eur_ht", 1.0, 0, view.eur_unit)
    return _("Gain of all members: {ends}.").format(ends=ends) if ends else ""


def _accise(view: View, kinds: frozenset[Kind] | None) -> str:
    known = balances(view, readers(view, kinds))
    if not known:
        return _("Euros are not computed.") if not view.has_savings else ""
    whole = pooled("", "", known)
    full = whole.full_accise_gain_eur_ht
    if abs(full - whole.gain_eur_ht) < 2.0 * LEAST_EUR:
        return ""
    text = _("Gain if the accise bore on shared kWh: {amount}.")
    return text.format(amount=eur_text(full, view.eur_unit))


def _metered(view: View) -> str:
    ratio = known_ratio(view.result.energy, [quality.grade for quality in view.result.quality])
    if not isfinite(ratio):
        return ""
    if ratio == 0.0:
        return _("No curve is metered: the needs come from profiles and estimates.")
    if ratio >= 0.9995:
        return _("All the needs come from metered curves.")
    return _("{part} of the needs come from metered curves.").format(part=percent(ratio))


def decision(view: View) -> Words:
    """Return the box of page 1: what is asked, by when, who signs."""
    words = view.result.scenario.words
    asked = decision_instead(view)
    parts = [asked or words.decision or _("An agreement in principle of each member; by when is to be set.")]
    if not asked:
        parts.append(_signers(view))
    if words.contact:
        parts.append(_("Contact: {contact}").format(contact=words.contact))
    return {"title": _("Decision wanted"), "text": " ".join(filter(None, parts))}


def _signers(view: View) -> str:
    """Return who signs, by kind: public bodies deliberate first."""
    everyone = readers(view)
    public = sum(one.kind in PUBLIC_BODIES for one in everyone)
    at_home = [one for one in everyone if one.kind in HOMES]
    people = view.result.scenario.participants
    count_homes = sum(homes(people[n]) for one in at_home for n in one.sites)
    unknown = sum(one.kind is None for one in everyone)  # an owner of whom the folder tells nothing
    others = len(everyone) - public - len(at_home) - unknown
    bodies = ngettext(
        "{count} public body (by deliberation)", "{count} public bodies (by deliberation)", public
    )
    firms = ngettext("{count} company or association", "{count} companies and associations", others)
    owners = ngettext("{count} owner of plants", "{count} owners of plants", unknown)
    at_places = ngettext("{count} household", "{count} households", count_homes)
    told = [(public, bodies), (others, firms), (unknown, owners), (count_homes, at_places)]
    parts = [text.format(count=fr(count)) for count, text in told if count]
    return _("To be signed by {who}.").format(who=listed(parts)) if parts else ""
