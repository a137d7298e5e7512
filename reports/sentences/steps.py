"""The road of an operation, from its first kWh to its signatures: what it has, and what it lacks."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from gettext import gettext as _
from gettext import ngettext
from pathlib import Path

from acc.accounts.person_values import MISSING_TEXTS, Missing
from acc.holders import without_holder
from acc.i18n import N_, typed
from acc.keys import KEYS
from acc.parties import agreed
from acc.problem import Problem
from acc.result.files import FormsState
from acc.result.outcomes import outcomes
from acc.result.result import Result
from acc.rules.check import State
from acc.sites import Participant
from reports.format.labels import lowered
from reports.format.money import euros
from reports.format.numbers import fr, long_date, plants_count, scale_of, sites_count, some
from reports.format.wording import sentence, word_tables

MOST_NAMES = 3
"""Sites, members or plants named one by one."""

SIGNATURES = "signatures.csv"
"""Where who has signed is filled in."""

MOST_ACTS = 5
"""Faults of a folder that cannot be read told one by one."""

SITES, PLANTS, PARTIES = "participants.csv", "plants.csv", "parties.csv"
LAW, COMPARE, FORMS, PAPERS = "check", "compare", "forms", "papers"
"""Where acts are done: tables and commands."""

TITLES = (N_("First kWh"), N_("First euro"), N_("Lawful perimeter"), N_("Proposal"), N_("Signatures"))


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that is missing, and the one act that gives it.

    Attributes:
        what: a sentence without its full stop.
        do: a command, or what to fill in; empty where `what` or `ask` says it.
        ask: a question, to somebody who is named.
        at: where it is done: a table with an id and a column (`plants.csv:toit:connection_eur`), a path of a
            setting, or a command.
    """

    what: str
    do: str = ""
    ask: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the road.

    Attributes:
        title: in the language in use.
        reached: what it holds today; empty where nothing does.
        missing: what it still needs, most important first; none where it is complete.
    """

    title: str
    reached: str
    missing: tuple[Act, ...] = ()


def steps_of_faults(problems: Sequence[Problem], waiting: Sequence[str] = ()) -> list[Stage]:
    """Road of a folder that cannot be computed: its faults come before everything else.

    Args:
        waiting: members whose answer is awaited: what is missing may be on its way.
    """
    acts = [Act(problem.text) for problem in problems[:MOST_ACTS]]
    if waiting:
        acts.append(Act(_("no answer yet from {names}").format(names=some(waiting)), "acc forms", at=FORMS))
    if (more := len(problems) - MOST_ACTS) > 0:
        text = ngettext("{count} other fault", "{count} other faults", more)
        acts.append(Act(text.format(count=fr(more)), "acc check", at=SITES))
    return stages_from(acts)


def begun_acts(lines: Sequence[tuple[str, str]], folder: Path) -> list[Act]:
    """Return the act that finishes the lines begun on the page, a table and a name each, if there are any."""
    names = some(list(dict.fromkeys(name for _file, name in lines)))
    what = sentence("lines-begun", len(lines), names=names)
    return [Act(what, f"acc serve {typed(folder)}", at=lines[0][0])] if lines else []


def with_first(stages: Sequence[Stage], acts: Sequence[Act]) -> list[Stage]:
    """Return a road that begins by other acts."""
    first, *others = stages
    return [replace(first, missing=(*acts, *first.missing)), *others]


def stages_from(acts: Sequence[Act]) -> list[Stage]:
    """Road whose first stage is not reached."""
    return [Stage(_(TITLES[0]), "", tuple(acts)), *(Stage(_(title), "") for title in TITLES[1:])]


def steps_of(result: Result, forms: FormsState | None, folder: Path) -> list[Stage]:
    """Road of an operation that could be computed."""
    typed_folder, makers = typed(folder), (_kwh, _euros, _perimeter, _proposal)
    made = [*(maker(result, typed_folder) for maker in makers), _signatures(result, forms, typed_folder)]
    texts = zip(TITLES, made, strict=True)
    return [Stage(_(title), reached, tuple(missing)) for title, (reached, missing) in texts]


def _kwh(result: Result, folder: str) -> tuple[str, list[Act]]:
    scenario, shared_kwh = result.scenario, float(result.energy.received_kwh.sum())
    sites, plants = len(scenario.participants), len(scenario.plants)
    missing = []
    if not plants:
        missing.append(Act(_("no plant: nothing is produced"), _("a row of plants.csv"), at=PLANTS))
    elif not sites or shared_kwh <= 0.0:
        missing.append(Act(_("nothing is shared"), f"acc check {folder}", at=SITES))
    missing += _producers(result)
    text = _("{sites}, {plants}, {shared} shared")
    counts = {"sites": sites_count(sites), "plants": plants_count(plants) if plants else _("no plant")}
    return text.format(shared=scale_of(result.energy).text(shared_kwh), **counts), missing


def _producers(result: Result) -> list[Act]:
    """What plants lack of which nobody is said to be the producer: each counts as one more member."""
    unsaid = [plant for plant in result.scenario.plants if not plant.has_producer]
    if not unsaid:
        return []
    names, column = some([plant.name for plant in unsaid]), "person" if result.scenario.persons else "owner"
    what = _("{names}: no producer is written, a member of its own is counted").format(names=names)
    return [Act(what, ask=_("whose is it? `owner` of plants.csv"), at=f"{PLANTS}:{unsaid[0].id}:{column}")]


def _euros(result: Result, folder: str) -> tuple[str, list[Act]]:
    money = result.money
    if money is None:
        return "", [_missing(Missing.LOCAL_PRICE, f"acc run {folder} --set prix=90")]
    who: dict[Missing, list[Participant]] = {}
    for site, account in zip(result.scenario.participants, money.participants, strict=True):
        for reason in account.missing:
            who.setdefault(reason, []).append(site)
    missing = [_missing_of(reason, sites) for reason, sites in who.items()]
    missing += [_missing(reason) for reason in money.plan_missing if reason not in who]
    left = money.plan.without_connection_ids if money.plan is not None else ()
    if left:
        names = some([plant.name for id_ in left for plant in result.scenario.plants if plant.id == id_])
        text = _("{names}: no connection cost, the plan leaves it out or between two ends")
        ask = _("ask the grid operator for a quote, then `connection_eur` of plants.csv")
        missing.append(Act(text.format(names=names), ask=ask, at=f"{PLANTS}:{left[0]}:connection_eur"))
    gain = outcomes(result).together.gain_eur_ht
    return "" if gain is None else _("{gain} together").format(gain=euros(gain)), missing


PATHS = {
    Missing.LOCAL_PRICE: "prices.local_eur_per_mwh",
    Missing.SURPLUS_PRICE: "prices.surplus",
    Missing.FINANCE: "finance.horizon_years",
    Missing.SHORT_PERIOD: "operation.end",
}
"""The setting that gives what is missing."""


def _missing(reason: Missing, do: str = "") -> Act:
    return Act(_(MISSING_TEXTS[reason]), do, at=PATHS.get(reason, SITES))


def _missing_of(reason: Missing, sites: Sequence[Participant]) -> Act:
    """What some sites lack: the price of their supplier is asked of them."""
    what = f"{some([site.name for site in sites])}{_(': ')}{_(MISSING_TEXTS[reason])}"
    if reason is not Missing.SUPPLY_PRICE:
        return Act(what, at=PATHS.get(reason, SITES))
    at = f"{SITES}:{sites[0].id}:supply_eur_per_mwh"
    return Act(what, ask=sentence("ask-kwh-price", name=sites[0].name), at=at)


def _perimeter(result: Result, folder: str) -> tuple[str, list[Act]]:
    broken = [check for check in result.rules if check.state in {State.NOT_MET, State.ON_DEROGATION}]
    remedy = f"acc members {folder} --split"
    acts = [Act(check.title, check.remedy or remedy, at=LAW) for check in broken]
    if verify := sum(check.state is State.TO_VERIFY for check in result.rules):
        text = ngettext("{count} point of law to verify", "{count} points of law to verify", verify)
        acts.append(Act(text.format(count=fr(verify)), f"acc check {folder} --details", at=LAW))
    return "" if result.status.is_unlawful else _("no rule is broken"), acts


def _proposal(result: Result, folder: str) -> tuple[str, list[Act]]:
    if result.money is None or result.status.is_unlawful:
        return "", [Act(_("it waits for the steps above"))]
    losers, lose = len(outcomes(result).losers), _("nobody loses the first year")
    if losers:
        lose = ngettext("{count} loses", "{count} lose", losers).format(count=fr(losers))
    key = lowered(_(KEYS[result.scenario.key.name].title))
    reached = _("key “{key}”, {losers}").format(key=key, losers=lose)
    return reached, [Act(_("weigh the other keys"), f"acc compare {folder}", at=COMPARE)]


def _signatures(result: Result, forms: FormsState | None, folder: str) -> tuple[str, list[Act]]:
    acts = []
    if lacking := without_holder(result.scenario):
        what = _("no holder of the contract for {names}").format(names=some([site.name for site in lacking]))
        acts.append(Act(what, _("a row of parties.csv, or their form"), at=PARTIES))
    if forms is None:
        acts.append(Act(_("no form was sent"), f"acc forms {folder}", at=FORMS))
    elif forms.waiting:
        what = _("no answer yet from {names}").format(names=some(forms.waiting))
        acts.append(Act(what, f"acc forms {folder}", at=FORMS))
    reached, to_sign = _agreed(result)
    acts += to_sign
    if not acts and not reached:
        acts.append(Act(_("make the papers"), f"acc papers {folder}", at=PAPERS))
    return reached, acts


def _agreed(result: Result) -> tuple[str, list[Act]]:
    """Tell how many papers are signed, and the kinds that are not yet, in the order in which they are."""
    counts, words = agreed(result.scenario.signatures), word_tables()["papers"]
    acts = []
    for name, kind in counts.items():
        if left := kind.count - kind.signed:
            text = _("{paper}: {left} to sign, {sent} of them sent")
            line = text.format(paper=_(words[name]), left=fr(left), sent=fr(kind.sent - kind.signed))
            day = "" if kind.due is None else _(", by {day}").format(day=long_date(kind.due))
            acts.append(Act(line + day, SIGNATURES))
    count, signed = (sum(getattr(kind, of) for kind in counts.values()) for of in ("count", "signed"))
    text = ngettext("{signed} of {count} paper signed", "{signed} of {count} papers signed", count)
    return text.format(signed=fr(signed), count=fr(count)) if count else "", acts[:MOST_NAMES]
