"""The words that open a brief: title, lead, tiles, finding, three columns, decision. All computed."""

from collections.abc import Callable, Sequence
from gettext import gettext as _
from math import isfinite

from acc.accounts.persons import sole_member
from acc.plan.plants import has_roof_losses, taken_as_roofs
from acc.result.proposal import Proposal
from acc.scenario import Scenario
from acc.years.states import first_participants
from reports.format.gains import connected_losers_of
from reports.format.labels import capital, key_title, lowered, scenario_label
from reports.format.money import eur, signed_euros
from reports.format.numbers import listed, of_place, percent
from reports.format.proposals import ProposalWords, named, unweighed_price
from reports.format.rate_labels import short_expiring_line
from reports.format.wording import sentence, text_of
from reports.nodes.tree import Frame
from reports.sentences.gains import money_risks
from reports.sentences.money import band_text, is_free, price_text, requested_price
from reports.sentences.years import change_by_leaving
from reports.view import quantities
from reports.view.selection import in_euros, receiving
from reports.view.view import View


def key_heading(proposal: Proposal) -> str:
    """Return whether the criteria keep the key of the folder."""
    if proposal.keeps_folder:
        return _("The criteria keep the key of the folder")
    return _("The criteria choose another key: {title}").format(title=key_title(proposal.name))


def proposal_words(view: View, proposal: Proposal, title: Callable[[str], str]) -> ProposalWords:
    """Return a proposal in words; of who loses, those alone are named whom the document names."""
    shown = view.named_members

    def people(ids: Sequence[str]) -> str:
        known = [shown[id_] for id_ in ids if id_ in shown]
        return named(known, len(ids) - len(known)) if known else ""

    own = view.result.scenario.has_criteria
    return ProposalWords(proposal=proposal, title=title, people=people, is_year=view.is_year, are_own=own)


def key_sentences(view: View) -> list[str]:
    """Sentences on the key proposed by the criteria and its effect; empty without comparison."""
    proposal = view.result.proposal
    if proposal is None:
        return []
    price = unweighed_price(view.result.scenario.prices.local_eur_per_kwh)
    return [*proposal_words(view, proposal, key_title).sentences, *([price] if price else [])]


MOST_RISKS = 4


def frame(
    view: View, kind: str, heading: str = "", below: str = "", footer: str = "", called: str = ""
) -> Frame:
    """Frame of every page of a document.

    Args:
        kind: name of the document.
        heading, below, footer: title, subtitle and foot of a page; those of a brief by default.
        called: name by which the scenario may be called.
    """
    scenario, provenance = view.result.scenario, view.result.provenance
    foot = footer or _("{scenario} · simulator acc {version} · data {digest} · {date}")
    digest = provenance.printed_digest[:8]
    if scenario.moved_ids:
        digest = _("{digest}, some of them moved").format(digest=digest)
    made = {"version": provenance.version, "digest": digest, "date": view.ran_on}
    return Frame(
        kind=kind,
        title=heading or title(view),
        subtitle=below or subtitle(view),
        label=label(scenario),
        footer=foot.format(name=heading, scenario=called or scenario_name(scenario), **made),
        is_example=scenario.fictitious,
    )


def label(scenario: Scenario) -> str:
    """Label at the head of every page: example, confidential, or study."""
    if scenario.fictitious:
        return _("EXAMPLE – INVENTED DATA")
    return _("CONFIDENTIAL") if scenario.words.confidential else _("STUDY")


def scenario_name(scenario: Scenario) -> str:
    """Return the name of the operation, then its variant or what was asked of it."""
    return " – ".join(filter(None, (scenario.name, scenario_label(scenario))))


def title(view: View) -> str:
    """Return the name of an operation that makes a promise, else a title made of the place."""
    scenario = view.result.scenario
    if scenario.words.promise:
        return scenario.name
    return _("Sharing the sun {of_place}").format(of_place=of_place(scenario.place or scenario.name))


def subtitle(view: View) -> str:
    """Return the promise, or the scenario; its variant; key and date."""
    scenario = view.result.scenario
    first = capital(scenario.words.promise) if scenario.words.promise else scenario.name
    key = _("key: {key}").format(key=lowered(view.chosen.title))
    return " · ".join(filter(None, [first, scenario_label(scenario), key, view.ran_on]))


def plants_text(view: View) -> str:
    """Return "3 solar plants"."""
    return sentence("solar-plants", len(view.running), count=len(view.running))


def consumers_text(view: View) -> str:
    """Return "12 participants"."""
    count = len(first_participants(view.result.scenario))
    return sentence("participants", count, count=count)


def lead(view: View) -> str:
    """Lead: sellers, buyers and price; no offer if unlawful."""
    sole, is_unlawful = sole_member(view.result.money) is not None, view.result.status.is_unlawful
    price = price_text(view) if is_unlawful else requested_price(view)
    name = "plants-sell" if price and not is_free(view) else "plants-share"
    name = "plants-barred" if is_unlawful else "plants-serve" if sole else name
    consumers = consumers_text(view)
    if not sole:
        consumers = _("{participants} nearby").format(participants=consumers)
    power = quantities.peak_power(view.running)
    return sentence(name, len(view.running), power=power, consumers=consumers, price=price)


def finding(view: View) -> str:
    """Return the heading of the flow figure: what becomes of the production."""
    part = quantities.shared_of_injected(view.result)
    if not part.is_known:
        return _("No production over the period")
    if part.value >= 0.9995:
        return _("All of the injected energy would be shared")
    if part.value < 0.5:
        return _("{part} of the injected energy would find no taker").format(part=percent(1.0 - part.value))
    text = _("{part} of the injected energy would be shared").format(part=part)
    drawn = band_text(view, "autoconsommation_ratio", 100.0, 0, "%")
    return f"{text} ({drawn})" if drawn else text


def flow_alt(view: View) -> str:
    """Return the flow figure in words."""
    energy = view.result.energy
    return sentence(
        "flow-alt",
        plants=plants_text(view),
        production=quantities.injected(view.result, view.scale),
        shared=quantities.shared(view.result, view.scale),
        surplus=quantities.surplus(view.result, view.scale),
        complement=view.scale.text(float(energy.complement_kwh.sum())),
        families="; ".join(f"{name} {view.scale.text(kwh)}" for name, kwh in receiving(view)),
    )


def committed(view: View) -> list[str]:
    """Commitments of who joins, those that the folder writes last."""
    first, last = _("Join the organising legal person (PMO)."), [text_of("follow-its-statutes")]
    if sole_member(view.result.money) is not None:
        first, last = _("Be the organising legal person (PMO) yourself, for all your sites."), []
    metering = _("Allow the grid operator to send it your metering data.")
    return [first, metering, *(view.result.scenario.words.commitments or last)]


def uncertain(view: View) -> list[str]:
    """Return the risks to the figures: who loses, a departure, and in one line the rates that end."""
    leaving, late = "" if view.result.cancelling else _departure(view), connected_losers_of(view.outcomes)
    risks = [text for text in (late and f"{late}.", *money_risks(view), _kinds(view), leaving) if text]
    ending = [text for text in (short_expiring_line(view.result),) if text]
    items = [*risks[: MOST_RISKS - len(ending)], *ending]
    return items or [_("The sun varies from year to year; a single year is computed here.")]


def _kinds(view: View) -> str:
    """Plants counted as roofs, the uncertain ones by their printable names."""
    scenario = view.result.scenario
    taken = taken_as_roofs(scenario.plants)
    sentences = []
    for has_losses in (True, False):
        alike = [plant for plant in taken if has_roof_losses(plant) is has_losses]
        names = dict.fromkeys(view.names[p.id] for p in alike if f"plants.{p.id}.kind" in scenario.doubted)
        text = _(" ({names}: to be checked)") if len(names) == len(alike) else _(" (to be checked: {names})")
        doubted = text.format(names=listed(list(names))) if names else ""
        name = "plants-as-roofs" if has_losses else "plants-at-roof-price"
        sentences += [sentence(name, len(alike), doubted=doubted)] if alike else []
    return " ".join(sentences)


def _departure(view: View) -> str:
    departure = view.result.departure
    if sole_member(view.result.money) is not None or departure is None or not isfinite(departure.lost_ratio):
        return ""
    name = view.names[departure.participant_id]
    change = change_by_leaving(view, departure.participant_id)
    if change is not None and len(change.together_ids) > 1:
        lost_ratio = -change.shared_change_kwh / change.before_kwh
        return sentence("receiver-withdraws-with-plants", name=name, part=percent(lost_ratio))
    others = change.others_change_eur if change is not None and in_euros(view) else None
    if change is not None and others is not None and eur(others) != eur(0.0):
        text, less = (
            _("If {name} leaves: {energy} less shared, {eur} for the others."),
            -change.shared_change_kwh,
        )
        return text.format(name=name, energy=view.scale.text(less), eur=signed_euros(others))
    part = percent(departure.lost_ratio)
    return sentence("others-use-it" if part == percent(0.0) else "receiver-withdraws", name=name, part=part)
