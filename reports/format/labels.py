"""Fixed words of the documents: kinds, states, grades, keys. English here, translated where shown."""

import re
from collections.abc import Iterable, Mapping, Sequence
from gettext import gettext as _
from gettext import ngettext
from types import MappingProxyType

from acc.bills.tariffs import Segment
from acc.bills.turpe import BT_LIMIT_KVA, turpe_formula
from acc.fairness import LEAST_USE_RATIO
from acc.i18n import N_
from acc.keys import KEYS
from acc.rules.check import State
from acc.scenario import Regime, Scenario
from acc.sites import Participant
from reports.format.numbers import fr, listed, percent, sites_count, unit
from reports.format.palette import Tone
from reports.format.wording import sentence, text_of, word_tables

KINDS: Mapping[str, str] = word_tables()["kinds"]

STATES: Mapping[str, str] = word_tables()["states"]

STATE_TONES: Mapping[State, Tone] = MappingProxyType(
    {
        State.MET: "shared_dark",
        State.ON_DEROGATION: "sun_text",
        State.TO_VERIFY: "sun_text",
        State.NOT_MET: "worse",
    }
)

WORST_FIRST = (State.NOT_MET, State.ON_DEROGATION, State.TO_VERIFY, State.MET)


def counted(state: State, count: int) -> str:
    """Return "2 to verify"."""
    texts = {
        State.MET: ngettext("{count} respected", "{count} respected", count),
        State.ON_DEROGATION: text_of("possible-on-derogation", count),
        State.TO_VERIFY: ngettext("{count} to verify", "{count} to verify", count),
        State.NOT_MET: ngettext("{count} not respected", "{count} not respected", count),
    }
    return texts[state].format(count=count)


RULE_SUBJECTS: Mapping[str, str] = word_tables()["rules"]
"""Short names of the rules that may be left to verify; others are told by their title."""

REGIMES: Mapping[str, str] = word_tables()["regimes"]

GRADES: Mapping[str, str] = word_tables()["grades"]

CONFIDENCES: Mapping[str, str] = MappingProxyType({"H": N_("high"), "M": N_("medium"), "L": N_("low")})


BETWEEN = " · "
"""Stands between a variant and what was asked over it, in the label of a scenario."""

READY_VARIANTS: Mapping[str, str] = {"reforme-heures-creuses": N_("off-peak hours after the reform")}
"""Variants that no folder writes: their name is one to type, not one to read."""


POWER_SETTING = re.compile(r"(?:kwp\.|plants\.)?(?P<id>[^.=\s]+?)(?:\.kwp)?=(?P<kwp>\d+(?:\.\d+)?)")
PRESENCE_SETTING = re.compile(
    r"(?:plants|participants)\.(?P<id>[^.=\s]+)\.active=(?P<in>true|false)|(?:sans|without)=(?P<out>[^.=\s]+)"
)
"""What is asked of a plant or a site, as it is typed."""


def label_title(label: str | None, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """Label of a scenario for readers; empty for the folder itself.

    Args:
        names: by which sites and plants may be called, by id; what is asked of others stays as it was typed.

    >>> label_title("kwp.toit=199 · plants.toit.kwp=20.5 · prix=95", {"toit": "Roof"}).replace(chr(160), " ")
    'Roof 199 kWp · Roof 20.5 kWp · prix=95'
    """
    return BETWEEN.join(_label_word(word, names) for word in (label or "").split(BETWEEN))


def _label_word(word: str, names: Mapping[str, str]) -> str:
    if word in READY_VARIANTS:
        return _(READY_VARIANTS[word])
    power, presence = POWER_SETTING.fullmatch(word), PRESENCE_SETTING.fullmatch(word)
    if power and power["id"] in names:
        return f"{names[power['id']]} {kwp_text(float(power['kwp']))}"
    name = names.get(presence["id"] or presence["out"]) if presence else None
    if presence and name:
        return (_("with {name}") if presence["in"] == "true" else _("without {name}")).format(name=name)
    return word


def kwp_text(power_kwp: float) -> str:
    """Return a power, with a decimal where it has one."""
    return unit(power_kwp, _("kWp"), 0 if power_kwp.is_integer() else 1)


def scenario_label(scenario: Scenario, names: Mapping[str, str] = MappingProxyType({})) -> str:
    """Label of a scenario for readers, as `label_title`."""
    return label_title(scenario.label, names)


def key_title(name: str) -> str:
    """Return the title of a key in a document; its own name when it is not in the table."""
    return _(KEYS[name].title) if name in KEYS else name


def key_short(name: str) -> str:
    """Return the title of a key where room is short; its own name when it is not in the table."""
    return _(KEYS[name].short) if name in KEYS else name


def regime_word(name: str) -> str:
    """Return the title of a perimeter regime, from its name in `operation.toml`."""
    return _(REGIMES[Regime(name)])


SEGMENTS = {Segment.BT_INF: "C5", Segment.BT_SUP: "C4", Segment.HTA: N_("C2 or C3")}
"""Names that the grid operator gives the points that withdraw, by voltage and power."""


def segment_of(site: Participant) -> str:
    """Segment of a point that withdraws; empty where neither its tariff nor its power tells it.

    Without a tariff a power above 36 kVA may be in low or in medium voltage.
    """
    if site.contract.turpe:
        return _(SEGMENTS[turpe_formula(site.contract.turpe).segment])
    kva = max(site.contract.subscribed_kva, default=0.0)
    return SEGMENTS[Segment.BT_INF] if 0.0 < kva <= BT_LIMIT_KVA else ""


def key_sentence(name: str) -> str:
    """Return the rule of a key in a sentence; empty when it is not in the table."""
    return _(KEYS[name].sentence) if name in KEYS else ""


SUBJECTS: Mapping[str, str] = word_tables()["subjects"]
"""Subjects of the regulated figures, by the first word of their names."""

ACTORS: Mapping[str, str] = word_tables()["actors"]


MOST_SITES = 4
"""Sites named one by one in a sentence that is true of several."""


def by_cause(
    texts: Iterable[str], names: Iterable[str], *, counted: bool = False, alike: bool = False
) -> list[str]:
    """Sentences, those that say the same of several sites put together; `counted`, not named.

    Args:
        alike: puts together those that differ by their amounts alone too, told from the least to the most.

    >>> by_cause(["Mill: holes", "Wrong sky.", "Forge: holes"], ["Mill", "Forge"])
    ['Mill and Forge: holes', 'Wrong sky.']
    >>> by_cause(["Mill: holes", "Wrong sky.", "Forge: holes"], ["Mill", "Forge"], counted=True)
    ['2 sites: holes', 'Wrong sky.']
    >>> by_cause(["Mill: 36 kVA", "Forge: 9 kVA", "Inn: 12 kVA"], ["Mill", "Forge", "Inn"], alike=True)
    ['Mill, Forge and Inn: 9–36 kVA']
    """
    longest = sorted(set(names), key=len, reverse=True)
    sites: dict[str, list[str]] = {}
    for text in texts:
        name = next((n for n in longest if COLON.match(text.removeprefix(n)) and text.startswith(n)), "")
        sites.setdefault(text[len(name) :], []).append(name)
    if alike:
        sites = _without_amounts(sites)
    join_sites = _counted if counted else _sites
    return [f"{join_sites(dict.fromkeys(sites_named))}{rest}" for rest, sites_named in sites.items()]


def _without_amounts(sites: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """Sentences of sites, those that differ by their amounts alone put together under one with their ends."""
    groups: dict[str, list[str]] = {}
    for text in sites:
        groups.setdefault(AMOUNT.sub("#", text) if any(sites[text]) else text, []).append(text)
    return {_with_ends(texts): [name for text in texts for name in sites[text]] for texts in groups.values()}


def _with_ends(texts: Sequence[str]) -> str:
    """First of texts that differ by their amounts, each amount that differs replaced by its two ends."""
    ends = [
        sorted(set(amounts), key=lambda amount: float(re.sub(r"\s", "", amount).replace(",", ".")))
        for amounts in zip(*(AMOUNT.findall(text) for text in texts), strict=True)
    ]
    shown = iter(["–".join(dict.fromkeys((amounts[0], amounts[-1]))) for amounts in ends])
    return AMOUNT.sub(lambda _match: next(shown), texts[0])


AMOUNT = re.compile(r"\d[\d\u202f]*(?:,\d+)?")
COLON = re.compile(r"[\s\u00a0\u202f]?: ")


def not_counted(names: Sequence[str]) -> str:
    """Names left out of the least served, with the reason; empty where there are none."""
    if not names:
        return ""
    return sentence("not-least-served", len(names), least=percent(LEAST_USE_RATIO), names=_sites(names))


def _sites(names: Iterable[str]) -> str:
    named = list(names)
    if (more := len(named) - MOST_SITES) > 0:
        others = ngettext("{count} other site", "{count} other sites", more + 1)
        named[MOST_SITES - 1 :] = [others.format(count=more + 1)]
    return listed(named)


def _counted(names: Iterable[str]) -> str:
    count = sum(bool(name) for name in names)
    return sites_count(count) if count else ""


def capital(text: str) -> str:
    """Return a sentence as it starts a line."""
    return text[:1].upper() + text[1:]


def lowered(text: str) -> str:
    """Return a title as it reads inside a sentence."""
    return text[:1].lower() + text[1:]


def confidence(code: str) -> str:
    """Return "high", "medium" or "low" for H, M or L with their + and -."""
    return _(CONFIDENCES[code[:1]]) if code[:1] in CONFIDENCES else code


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
    questions, axes = [word for scenario in scenarios for word in scenario.questions], list[list[str]]()
    if any(map(KEY_WORD.fullmatch, questions)):
        axes.append([key_title(scenario.key.name) for scenario in scenarios])
    if any(map(POWER_WORD.fullmatch, questions)):
        axes += _powers(scenarios, names)
    if any(map(PRICE_WORD.fullmatch, questions)):
        prices = [scenario.prices.local_eur_per_kwh for scenario in scenarios]
        axes.append(["" if eur is None else _price(eur * 1000.0) for eur in prices])
    kept = [axis for axis in axes if len(set(axis)) > 1]
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


def _powers(scenarios: Sequence[Scenario], names: Mapping[str, str]) -> list[list[str]]:
    """Return the power of each plant in each scenario; empty where it is not built."""
    kwp = [{plant.id: plant.kwp for plant in scenario.plants} for scenario in scenarios]
    ids = dict.fromkeys(id_ for of in kwp for id_ in of)
    return [[f"{names.get(id_, id_)} {kwp_text(of[id_])}" if id_ in of else "" for of in kwp] for id_ in ids]


def _price(eur_per_mwh: float) -> str:
    text = fr(eur_per_mwh, 0 if round(eur_per_mwh, 6).is_integer() else 1)
    return f"{text}\N{NO-BREAK SPACE}€/MWh"
