"""The words of the last page: perimeter, rules, hypotheses, limits, personal data, words, provenance."""

from datetime import date
from gettext import gettext as _

from acc.check import Check
from acc.indicators import ratio, specific_kwh_per_kwp
from acc.sites import Grade
from reports.content import Words, scenario_name
from reports.drawn import circle_km, power
from reports.format import fr, listed, long_date, percent, short_date, unit
from reports.privacy import redacted
from reports.view import View
from reports.words import STATE_COLOURS, STATES, WORST_FIRST, confidence

MOST_CULPRITS = 4


def limits_heading(view: View) -> str:
    """Return how the operation stands towards the rules, worst state first."""
    states = [check.state for check in view.result.checks]
    if not states:
        return _("Perimeter, hypotheses and limits")
    parts = []
    for state in WORST_FIRST:
        count = states.count(state)
        if count:
            parts.append(_("{count} {state}").format(count=count, state=_(STATES[state])))
    return _("Rules: {parts}").format(parts=listed(parts))


def map_caption(view: View) -> str:
    """Return how the map is read."""
    text = _("Without a background map. The rule is about the distance between the two farthest sites")
    if circle_km(view) is None:
        return f"{text}."
    return _("{text}; a circle is only a landmark.").format(text=text)


def map_alt(view: View) -> str:
    """Return the map in words."""
    sites = len(view.result.scenario.participants) + len(view.result.scenario.plants)
    text = _("Map of the {sites} sites.").format(sites=fr(sites))
    for check in view.result.checks:
        if check.rule == "distance" and check.measured is not None:
            names = listed([view.names.get(id_, id_) for id_ in check.between])
            far = _("The two farthest are {distance} apart: {names}.")
            return f"{text} " + far.format(distance=unit(check.measured, "km", 1), names=names)
    return text


def rules(view: View) -> list[Words]:
    """Return the checks, worst first: rule, who is the cause, remedy, state in words."""
    checks = sorted(view.result.checks, key=lambda check: WORST_FIRST.index(check.state))
    return [_rule(view, check) for check in checks]


def _rule(view: View, check: Check) -> Words:
    return {
        "title": redacted(check.title, view.result.scenario, view.groups),
        "cause": _cause(view, check),
        "remedy": redacted(check.remedy, view.result.scenario, view.groups),
        "state": _(STATES[check.state]),
        "colour": STATE_COLOURS[check.state],
    }


def _cause(view: View, check: Check) -> str:
    names = list(dict.fromkeys(view.names.get(id_, id_) for id_ in check.culprits))
    if not names:
        return ""
    more = len(names) - MOST_CULPRITS
    shown = names[:MOST_CULPRITS] + ([_("{count} more").format(count=more)] if more > 0 else [])
    return _("Because of: {names}.").format(names=listed(shown))


def rules_note(view: View) -> str:
    """Return the texts behind the rules, with the date from which each is in force."""
    seen: dict[str, None] = {}
    for check in view.result.checks:
        if check.reference:
            day = check.in_force_from
            since = "" if day is None else _(" (in force from {day})").format(day=long_date(day))
            seen[check.reference + since] = None
    return _("Texts: {texts}.").format(texts="; ".join(seen)) if seen else ""


def hypotheses(view: View) -> list[Words]:
    """Return what the figures rest on: hypothesis, value, source, date, confidence."""
    rows = [_production(view), *_weather(view), _consumption(view), _step(view)]
    rows += [_hypothesis(what, value, why) for what, value, why in view.result.scenario.assumptions]
    return rows


def _hypothesis(what: str, value: str, source: str, day: str = "", sure: str = "") -> Words:
    return {"what": what, "value": value, "source": source, "date": day, "confidence": sure}


def _production(view: View) -> Words:
    specific = specific_kwh_per_kwp(view.result.energy, view.kwp)
    modelled = [plant for plant in view.result.scenario.plants if plant.curve is None]
    source = view.result.weather.models or _("solar model")
    if not modelled:
        source = _("measured curves")
    elif len(modelled) < len(view.result.scenario.plants):
        source = _("{models}; {count} measured").format(
            models=source, count=len(view.result.scenario.plants) - len(modelled)
        )
    name = _("Output of the plants") if view.is_year else _("Output of the plants over the period")
    return _hypothesis(name, unit(specific, _("kWh/kWp")), source, _years(view))


def _years(view: View) -> str:
    first, last = view.first_day.year, view.last_day.year
    return str(first) if first == last else f"{first}–{last}"


def _weather(view: View) -> list[Words]:
    weather = view.result.weather
    source = "; ".join(filter(None, (weather.source, weather.reference)))
    if weather.ghi_kwh_per_m2 is None:
        return [_hypothesis(_("Weather"), "", source)] if source else []
    return [_hypothesis(_("Sunshine"), unit(weather.ghi_kwh_per_m2, "kWh/m²"), source)]


def _consumption(view: View) -> Words:
    grades = [quality.grade for quality in view.result.quality]
    profiles, estimates = grades.count(Grade.PROFILE), grades.count(Grade.ESTIMATE)
    counts = (
        (_("metered curves: {count}"), len(grades) - profiles - estimates),
        (_("profiles: {count}"), profiles),
        (_("estimates: {count}"), estimates),
    )
    source = ", ".join(text.format(count=fr(count)) for text, count in counts if count)
    value = f"{view.scale.plain(view.total_need_kwh)}\u00a0{view.unit}"
    return _hypothesis(_("Consumption"), value, source, _years(view))


def _step(view: View) -> Words:
    minutes = view.result.scenario.steps.step_minutes
    coarse = max((quality.step_minutes for quality in view.result.quality), default=minutes)
    source = _("step of the settlement by the grid operator")
    if coarse > minutes:
        text = _("curves at {minutes} min: sharing is a little overestimated")
        source = f"{source}; {text.format(minutes=fr(coarse))}"
    return _hypothesis(_("Step of the computation"), unit(minutes, "min"), source)


def rates(view: View) -> list[Words]:
    """Return the regulated figures used: value, reference, date, confidence."""
    rows = []
    for rate in view.result.provenance.rates:
        decimals = next((d for d in range(6) if abs(rate.value - round(rate.value, d)) < 1e-9), 6)
        day = short_date(date.fromisoformat(rate.in_force_from))
        value = unit(rate.value, rate.unit, decimals)
        rows.append(_hypothesis(rate.name, value, rate.reference, day, confidence(rate.confidence)))
    return rows


def plant_table(view: View) -> Words:
    """Return the plants: power, output, what is shared, what is surplus."""
    heads = [
        _("Plant"),
        _("Power"),
        _("Output"),
        _("Produced\n{unit}").format(unit=view.unit),
        _("Shared\n{unit}").format(unit=view.unit),
        _("Surplus\n{unit}").format(unit=view.unit),
        _("Used on\nthe spot"),
    ]
    return {
        "heads": heads,
        "rows": [_plant(view, index) for index in range(len(view.result.scenario.plants))],
    }


def _plant(view: View, index: int) -> list[str]:
    plant, energy = view.result.scenario.plants[index], view.result.energy
    produced, surplus = float(energy.production_kwh[index]), float(energy.surplus_kwh[index])
    shared = float(energy.shared_kwh[index])
    output = ratio(produced + float(energy.own_use_kwh[index]), plant.kwp)
    return [
        view.names[plant.id],
        power(plant.kwp),
        unit(output, _("kWh/kWp")),
        view.scale.plain(produced),
        view.scale.plain(shared),
        view.scale.plain(surplus),
        percent(ratio(shared, produced)),
    ]


def silent(view: View) -> list[str]:
    """Return what the study does not say."""
    items = [
        _("It is neither an offer nor legal or tax advice: contracts and statutes are still to be written."),
        _("Future consumption is taken equal to that of the curves ({years}).").format(years=_years(view)),
        _("The connection of the plants is not costed."),
    ]
    items.insert(1, _("Neither prices nor savings are computed; they can make the interest of a site."))
    return items


def warnings(view: View) -> list[str]:
    """Return what the run warns of."""
    given = view.result.provenance.warnings
    return [redacted(text, view.result.scenario, view.groups) for text in given]


def personal_data() -> str:
    """Return how personal data are treated in this document."""
    return _(
        "The load curve of a person is personal data. Households are only shown in groups of ten or more; "
        "a company’s row is shown only if it agreed; delivery points are masked; no individual curve is in "
        "this file."
    )


def glossary(view: View) -> list[Words]:
    """Return the words explained."""
    words = [
        (_("Key"), _("the rule that says what each one receives at each step.")),
        (_("Shared electricity"), _("production used at the same step by the participants.")),
        (_("Surplus"), _("production that no participant uses at that moment.")),
        (_("Complement"), _("what each one still buys from its supplier.")),
        (_("kWp"), _("the power of a plant in full sun.")),
    ]
    if view.result.ranges is not None:
        words.append((_("Low case, high case"), _("values passed 9 times and once out of 10 (P90 and P10).")))
    return [{"word": word, "text": text} for word, text in words]


def calendar(view: View) -> list[Words]:
    """Return the dates a person wrote."""
    return [{"when": when, "what": what} for when, what in view.result.scenario.words.calendar]


def provenance(view: View) -> Words:
    """Return how to make the same document again."""
    made = view.result.provenance
    text = _(
        "Simulator acc {version} · scenario {scenario} · period from {first} to {last} · seed {seed} · "
        "sha256 of the {count} input files {digest} · computed on {date}. "
        "Same inputs, same file, byte for byte."
    ).format(
        version=made.version,
        scenario=scenario_name(view),
        first=long_date(view.first_day),
        last=long_date(view.last_day),
        seed=made.seed,
        count=len(made.inputs),
        digest=made.digest[:16],
        date=view.ran_on,
    )
    return {"title": _("Provenance"), "text": text}


def limits_words(view: View) -> dict[str, object]:
    """Return every word of the last page."""
    return {
        "heading": limits_heading(view),
        "map_caption": map_caption(view),
        "rule_heads": [_("Rule"), _("State")],
        "rules": rules(view),
        "rules_note": rules_note(view),
        "hypothesis_heads": [_("Hypothesis"), _("Value"), _("Source"), _("Date"), _("Confidence")],
        "hypotheses": [*hypotheses(view), *rates(view)],
        "plants": plant_table(view),
        "silent_title": _("What this study does not say"),
        "silent": silent(view),
        "warnings_title": _("To read with care"),
        "warnings": warnings(view),
        "personal_title": _("Personal data"),
        "personal": personal_data(),
        "glossary_title": _("Words explained"),
        "glossary": glossary(view),
        "calendar_title": _("Calendar"),
        "calendar": calendar(view),
        "provenance": provenance(view),
    }
