"""The words of the last page: perimeter, rules, limits, personal data, words explained, provenance."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from gettext import gettext as _

from acc.household_privacy import LEAST_HOUSEHOLDS, homes, may_have_a_row
from acc.i18n import semicolons
from acc.plan.plants import has_roof_losses
from acc.rules.check import Check, State
from acc.sites import Site, unique_plant_name
from reports.format.draws import model_text
from reports.format.labels import STATE_TONES, STATES, WORST_FIRST, by_cause, capital, counted
from reports.format.numbers import FIXED, fr, listed, long_date, unit
from reports.format.palette import Tone
from reports.format.wording import sentence, text_of, without_titles
from reports.nodes.tree import Callout, Terms
from reports.sentences.moved import moved_text
from reports.sentences.overview import scenario_name
from reports.sentences.sources import quoted, years_of
from reports.sentences.unlawful import named_sites, remedy_text, rule_title, site_name
from reports.sentences.years import in_ten_years, own_changes
from reports.view.places import site_names
from reports.view.privacy import redacted
from reports.view.selection import own_columns, own_plants, shared_warnings
from reports.view.view import View

MOST_CULPRITS, MOST_PLANTS = 4, 5


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule as it is read: its title, who is the cause, what to do, its state and the colour of it."""

    title: str
    cause: str
    remedy: str
    state: str
    tone: Tone


def own_rules(view: View) -> tuple[Check, ...]:
    """Return the rules that the holder of a sheet meets."""
    return view.result.checks if view.holder is None else view.result.rules_of(view.holder.id)


def limits_heading(view: View, *, own: bool = False) -> str:
    """Status of the operation under the rules, worst state first."""
    checks = own_rules(view) if own else view.result.rules
    states = [check.state for check in checks]
    if not states:
        return _("Perimeter, hypotheses and limits")
    counts = {state: states.count(state) for state in WORST_FIRST if state in states}
    broken = sum(check.forbids for check in checks)
    if not broken:
        return _("Rules: {parts}").format(parts=listed([counted(*pair) for pair in counts.items()]))
    counts[State.NOT_MET] -= broken
    left = [counted(state, count) for state, count in counts.items() if count and state is not State.MET]
    return semicolons([sentence("rules-broken", broken, total=fr(len(states))), *left])


def map_caption(view: View) -> str:
    """Caption of the map."""
    distances = [check for check in view.result.checks if check.rule == "distance"]
    if not distances:
        return _("The rule is about the territory of one EPCI, whatever the distance.")
    text = _("The rule is about the distance between the two farthest sites.")
    for check in distances:
        if len(check.between) == 2:
            first, second = (capital(site_name(view, id_)) for id_ in check.between)
            return f"{text} " + _("A: {first}; B: {second}.").format(first=first, second=second)
    return text


def density_classes(view: View) -> str:
    """Return the density class of each commune, the densest first; empty if none is known."""
    sites: list[Site] = [*view.result.scenario.participants, *view.result.scenario.plants]
    places = {site.commune or site.insee: site.density_class for site in sites if site.commune or site.insee}
    known = sorted((number, str(place)) for place, number in places.items() if number is not None)
    unknown = sorted(str(place) for place, number in places.items() if number is None)
    if not known:
        return ""
    texts = [f"{place}{FIXED}{number}" for number, place in known]
    texts += [_("to verify for {names}").format(names=listed(unknown))] if unknown else []
    return _("Density classes (INSEE): {classes}.").format(classes=semicolons(texts))


def map_alt(view: View) -> str:
    """Alternative text of the map: number of sites, and the two farthest."""
    sites = len(view.result.scenario.participants) + len(view.result.scenario.plants)
    text = _("Map of the {sites} sites.").format(sites=fr(sites))
    for check in view.result.checks:
        if check.rule == "distance" and check.measured is not None:
            names = listed([view.names.get(id_, id_) for id_ in check.between])
            return f"{text} " + sentence("farthest-two", distance=unit(check.measured, "km", 1), names=names)
    return text


def rules(view: View, *, contracts: bool = False) -> list[RuleRow]:
    """Return the checks, worst first: rule, who is the cause, remedy, state in words.

    Args:
        contracts: all of the contracts too; a printed page has room for their title and amount.
    """
    checks = _worst_first(view.result.rules)
    return [_rule(view, check, brief=not contracts and check in view.result.legal) for check in checks]


def _worst_first(checks: Sequence[Check]) -> list[Check]:
    return sorted(checks, key=lambda check: WORST_FIRST.index(check.state))


def holder_rules(view: View) -> list[RuleRow]:
    """Return the checks of a sheet: its band tells what to do of what forbids; those met take one row."""
    checks = _worst_first(own_rules(view))
    shown = [_rule(view, check, brief=check.forbids) for check in checks if check.state is not State.MET]
    if len(own_columns(view)) <= 1:
        shown = [replace(row, cause="") for row in shown]  # it is its own
    met = [rule_title(view, check).rstrip(".") for check in checks if check.state is State.MET]
    if met:
        tone = STATE_TONES[State.MET]
        shown.append(RuleRow(_("The other rules"), semicolons(met), "", _(STATES[State.MET]), tone))
    return shown


def _rule(view: View, check: Check, *, brief: bool) -> RuleRow:
    cause, remedy = "", "" if brief else remedy_text(view, check)
    if check.culprits and not brief:
        cause = _("Because of: {names}.").format(names=named_sites(view, check.culprits, MOST_CULPRITS))
    return RuleRow(rule_title(view, check), cause, remedy, _(STATES[check.state]), STATE_TONES[check.state])


def rule_texts(view: View) -> list[str]:
    """Return the texts behind the rules, with the date from which each is in force, a line each."""
    seen: dict[str, None] = {}
    for check in view.result.rules:
        if check.reference:
            day = check.in_force_from
            since = "" if day is None else _(" (in force from {day})").format(day=long_date(day))
            seen[without_titles(check.reference) + since] = None
    return [text for text in (*seen, quoted() if seen else "") if text]


def _future(view: View) -> str:
    """Basis of future needs; changes are mentioned only to readers who may know them."""
    if own_changes(view) if view.holder else in_ten_years(view):
        return _("Future consumption is that of the curves ({years}), but for the changes announced.")
    return _("Future consumption is taken equal to that of the curves ({years}).")


def silent(view: View) -> list[str]:
    """Limits of the study."""
    items = [
        _("It is neither an offer nor legal or tax advice: contracts and statutes are still to be written."),
        _future(view).format(years=years_of(view)),
        _("The connection of the plants is not costed."),
    ]
    if not view.has_savings:
        items.insert(1, _("Neither prices nor savings are computed; they can make the interest of a site."))
    return items


def warnings(view: View, *, own: bool = False) -> list[str]:
    """Warnings of the run; those on euros are with their sources where there is such a page.

    Args:
        own: in a sheet, which has no such page.
    """
    about_money, given = _about_money(view), _about_the_rest(view)
    if own:
        return _shown(view, [*(text for text in given if not _of_another(view, text)), *_own_kinds(view)])
    if about_money and has_annex(view):
        about_money = [sentence("weak-euros", title=_("Annex: figures and sources"))]
    return _shown(view, [*given, *about_money])


def _of_another(view: View, text: str) -> bool:
    """Return whether a warning is about a site or a plant that the holder of a sheet does not have."""
    names, sites = site_names(view.result.scenario), len(view.result.scenario.participants)
    own = {names[place] for place in (*own_columns(view), *(sites + m for m in own_plants(view)))}
    about = max((name for name in names if text.startswith(name)), key=len, default="")
    return bool(about) and about not in own


def all_warnings(view: View) -> list[str]:
    """Warnings of the run, euros last, all in one place."""
    return _shown(view, [*_about_the_rest(view), *_about_money(view)])


def _about_money(view: View) -> list[str]:
    return [] if view.result.money is None else list(view.result.money.warnings)


def _about_the_rest(view: View) -> list[str]:
    # What a cell lacks, of a plant that is elsewhere too, is for who keeps the folder: its screens tell it.
    doubted = view.result.scenario.doubted.items()
    tasks = [text for path, text in doubted if path.startswith("plants.") and path.endswith(".kind")]
    elsewhere = {*_about_money(view), *tasks}
    return [text for text in shared_warnings(view) if text not in elsewhere]


def _own_kinds(view: View) -> list[str]:
    """Meaning of an uncertain mounting for the owner of a plant."""
    scenario = view.result.scenario
    plants = [scenario.plants[column] for column in own_plants(view)]
    return [
        sentence("counted-as-roof" if has_roof_losses(plant) else "counted-at-cost-of-roof", name=plant.name)
        for plant in plants
        if f"plants.{plant.id}.kind" in scenario.doubted
    ]


def _shown(view: View, given: Sequence[str]) -> list[str]:
    """Return sentences without the names of those who are not shown, one a cause.

    One on who did not agree tells a figure of it: it stands in its own sheet alone, which is said.
    """
    scenario = view.result.scenario
    closed = [site.name for site in scenario.participants if site.id in scenario.moved_ids]
    kept = [text for text in given if not any(name in text for name in closed)]
    texts = (redacted(without_titles(text), scenario, view.groups) for text in kept)
    twins = [unique_plant_name(plant, scenario.participants) for plant in scenario.plants]
    sentences = [capital(text) for text in by_cause(texts, [*view.names.values(), *twins])]
    if len(kept) < len(given):
        sentences.append(_("What is to be read with care of who is not named stands in its own sheet."))
    return sentences


def money_warnings(view: View) -> list[str]:
    """Warnings on the figures in euros, except those of the table of sources."""
    money = view.result.money
    if money is None:
        return []
    references = [rate.reference for rate in money.rates if rate.reference]
    given = [text for text in money.warnings if not any(reference in text for reference in references)]
    return _shown(view, given)


def personal_data(view: View) -> str:
    """Treatment of personal data in this document."""
    return sentence("personal-data", homes=homes_shown(view))


def homes_shown(view: View) -> str:
    """Return the line on homes: of ten together, of fewer who all agreed, or without a row."""
    return few_homes(view) or _("Households are only shown in groups of ten or more.")


def few_homes(view: View) -> str:
    """Treatment of fewer than ten homes; empty where there are more, or none."""
    people = view.result.scenario.participants
    count = sum(map(homes, people))
    if not may_have_a_row(people):
        return text_of("homes-without-row")
    if 0 < count < LEAST_HOUSEHOLDS:
        return sentence("homes-agreed", count)
    return ""


def glossary(view: View) -> Terms:
    """Return the words explained."""
    words = [
        (_("Key"), _("the rule that says what each one receives at each step.")),
        (_("Shared electricity"), _("production used at the same step by the participants.")),
        (_("Surplus"), _("production that no participant takes, sold outside the group.")),
        (_("Complement"), _("what the supplier still delivers.")),
        (_("kWp"), _("the power of a plant in full sun.")),
    ]
    if view.result.ranges is not None:
        passed = _("8 chances out of 10 between the two.")
        if view.result.ranges_draws is not None:
            passed = _("8 chances out of 10 between the two, over {draws} draws.")
            passed = passed.format(draws=fr(view.result.ranges_draws))
        drawn = view.result.drawn
        if drawn is not None and drawn.model_yield_ratio is not None:
            passed = f"{passed} {model_text(drawn)}"
        words.append((_("From … to …"), passed))
    return Terms(tuple(words))


def calendar(view: View) -> Terms:
    """Return the dates a person wrote."""
    return Terms(tuple(view.result.scenario.words.calendar), is_time=True)


def provenance(view: View) -> Callout:
    """Provenance: data needed to make the same document again."""
    origin = view.result.provenance
    text = sentence(
        "provenance",
        version=origin.version,
        scenario=scenario_name(view.result.scenario),
        first=long_date(view.first_day),
        last=long_date(view.last_day),
        seed=origin.seed,
        count=len(origin.inputs),
        digest=origin.printed_digest[:16],
        date=view.ran_on,
    )
    return Callout(_("Provenance"), " ".join(filter(None, (moved_text(view), text))), look="provenance")


def has_annex(view: View) -> bool:
    """Return whether plants, sources and the closure of euros take a page of their own."""
    return view.result.money is not None or len(view.result.scenario.plants) > MOST_PLANTS
