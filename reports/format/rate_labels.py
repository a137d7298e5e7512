"""Dated rates and market prices in words: their titles, when they end, what is sold by the hour."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from gettext import gettext as _

from acc.accounts.values import Carbon, MarketSale, Money, PlantMoney
from acc.bills.tariffs import MARKET, CarbonBasis, SurplusContract
from acc.i18n import N_, semicolons
from acc.result.rates import ExpiringRates, expiring_rates
from acc.result.result import Result
from acc.sides import Side, side
from reports.format.labels import capital, lowered
from reports.format.money import eur_text, per_mwh
from reports.format.numbers import fr, fr_exact, listed, percent, short_date, unit
from reports.format.wording import sentence, text_of, word_tables

BASES: Mapping[str, str] = word_tables()["carbon-bases"]


SCOPES = {"direct": N_("direct emissions"), "life-cycle": N_("life cycle")}


def scope_title(scope: str) -> str:
    """Title of the scope of a carbon factor."""
    return _(SCOPES[scope]) if scope in SCOPES else scope


def contract_words(contract: SurplusContract) -> str:
    """Surplus contract in words, unless the price is one found by the group."""
    if contract.code == MARKET and contract.market is not None:
        return sentence("hourly-prices", file=contract.market.file, mean=per_mwh(contract.market.mean))
    return _("contract {code}").format(code=contract.code)


def sale_sentences(money: Money) -> list[str]:
    """Effects of hourly prices on the surplus and the plan; empty where there are none."""
    sentences = [line for sale in money.sales for line in _sale(sale)]
    if money.flat_npv_eur_ht is not None and money.plan is not None:
        less = money.flat_npv_eur_ht - money.plan.npv_eur_ht
        if side(less) is not Side.EVEN:
            name = "worth-less-at-mean" if less < 0.0 else "worth-more-at-mean"
            sentences.append(sentence(name, eur=eur_text(abs(less))))
    return sentences


def _sale(sale: MarketSale) -> list[str]:
    if sale.capture_eur_per_kwh is None:
        nothing = _("Nothing is left to be sold by the hour ({file}).").format(file=sale.file)
        return [nothing, *([_negative(sale)] if sale.stopped_kwh else [])]
    name = "surplus-beside-mean" if sale.mean_eur_per_kwh > 0.0 else "surplus-by-hour"
    words = {
        "file": sale.file,
        "capture": per_mwh(sale.capture_eur_per_kwh),
        "mean": per_mwh(sale.mean_eur_per_kwh),
        "part": percent(sale.capture_eur_per_kwh / (sale.mean_eur_per_kwh or 1.0)),
    }
    return [sentence(name, **words), _negative(sale)]


def _negative(sale: MarketSale) -> str:
    if not sale.negative_hours and not sale.stopped_kwh:  # a fee alone can make a sale lose
        return _("No hour has a price under zero.")
    hours, kwh = unit(sale.negative_hours, "h"), unit(sale.negative_kwh, "kWh")
    stopped, gain = _mwh(sale.stopped_kwh), eur_text(sale.stop_gain_eur_ht)
    cost, name = eur_text(sale.negative_eur_ht), "stops-under-zero" if sale.stops else "price-under-zero"
    return sentence(name, hours=hours, kwh=kwh, eur=cost, stopped=stopped, gain=gain)


def stopped_text(plants: Iterable[PlantMoney]) -> str:
    """Return the surplus that plants neither make nor sell at negative prices; empty where none stops."""
    kwh = sum(plant.stopped_kwh for plant in plants)
    return sentence("surplus-stopped", stopped=_mwh(kwh)) if kwh else ""


def _mwh(kwh: float) -> str:
    return unit(kwh / 1000.0, "MWh", 2)


def carbon_sentences(money: Money) -> list[str]:
    """Emissions avoided by the plants under each factor, and missing factors, in sentences."""
    sentences = [_carbon(carbon) for carbon in money.carbon]
    bases = {carbon.factor.basis for carbon in money.carbon}
    if sentences and CarbonBasis.MARGINAL not in bases:
        sentences.append(text_of("marginal-not-known"))
    return sentences


def _carbon(carbon: Carbon) -> str:
    factor, tonnes = carbon.factor, carbon.avoided_kgco2 / 1000.0
    text = _("{tonnes} of CO₂ avoided, {basis}: {grid} g/kWh less {pv} ({scope}, {reference}).")
    avoided = unit(tonnes, "t", 0 if abs(tonnes) >= 20.0 else 1)
    grams = {"grid": fr(factor.grid_g_per_kwh), "pv": fr(factor.pv_g_per_kwh)}
    reference = f"{factor.reference}, {factor.year}" if factor.year else factor.reference
    words = {"basis": _(BASES[factor.basis]), "scope": scope_title(factor.scope), "reference": reference}
    return text.format(tonnes=avoided, **grams, **words)


WORDS: Mapping[str, str] = word_tables()["rates"]
"""What a part of the name of a figure is called; what is not here is a version or a contract, in capitals."""

UNITS: Mapping[str, str] = word_tables()["rate-units"]

YEARS = frozenset({"year", "vintage"})
"""Units of the figures that are years."""


def rate_title(name: str) -> str:
    """Return the name of a figure in words.

    >>> rate_title("accise.over-36-kva"), rate_title("turpe.cu4.energy.hpb")
    ('Accise, over 36 kVA', 'Network (TURPE), CU4, energy, peak, low season')
    """
    return capital(", ".join(word(part) for part in name.split(".")))


def word(part: str) -> str:
    """What one part of the name of a figure is called: a tariff slot, a power, a version.

    >>> word("hph"), word("from-9")
    ('peak, high season', 'from 9 kWp')
    """
    if part in WORDS:
        return _(WORDS[part])
    if part.isdigit():
        return _("up to {kwp} kWp").format(kwp=part)
    if part.startswith("from-"):
        return _("from {kwp} kWp").format(kwp=part.removeprefix("from-"))
    return part.upper()


def rate_value(value: float, unit: str) -> str:
    """Value of a figure, in its unit and with all its decimals; a year as it is written.

    >>> rate_value(2027.0, "year"), rate_value(1600.0, "EUR/kWp")
    ('2027', '1,600')
    """
    return f"{value:.0f}" if unit in YEARS else fr_exact(value)


def rate_unit(unit: str) -> str:
    """Return the unit of a figure as people write it.

    >>> rate_unit("EUR/kVA/yr"), rate_unit("EUR TTC/Wp"), rate_unit("ratio")
    ('€/kVA a year', '€ with tax/Wp', '')
    """
    if unit in UNITS:
        return _(UNITS[unit]) if UNITS[unit] else ""
    text = unit.replace("EUR TTC", _("€ with tax")).replace("EUR", "€")
    text = _("kWp") if unit == "kWp" else text.replace("/Wp", _("/Wp"))
    a_year = _("a year")
    return f"{text.removesuffix('/yr')} {a_year}" if text.endswith("/yr") else text


def expiring_line(result: Result) -> str:
    """Return which figures end within the first year, the day of each and whom to ask; empty: none does."""
    ending = expiring_rates(result)
    return sentence("figures-to-ask-again", figures=semicolons(map(_format_rate, ending))) if ending else ""


def short_expiring_line(result: Result) -> str:
    """Return the same for a narrow column: the first day without a figure, the subjects, whom to ask."""
    ending = expiring_rates(result)
    if not ending:
        return ""
    first = date.fromisoformat(ending[0].valid_until) + timedelta(days=1)
    return sentence("to-ask-again", day=short_date(first), figures=semicolons(_subjects(ending)))


def _format_rate(rates: ExpiringRates) -> str:
    # What a figure measures goes without saying, where it is alone.
    name = rates.subject.removesuffix(".ratio").removesuffix(".base")
    day = short_date(date.fromisoformat(rates.valid_until))
    return _("{figure} after {day} ({ask})").format(figure=lowered(rate_title(name)), day=day, ask=rates.ask)


def _subjects(ending: list[ExpiringRates]) -> Iterator[str]:
    """Yield each subject once, with those to ask: figures of plants by what they are."""
    contacts: dict[str, list[str]] = {}
    for rates in ending:
        head, _dot, rest = rates.subject.partition(".")
        contacts.setdefault(rest.partition(".")[0] if head == "pv" and rest else head, []).append(rates.ask)
    for name, whom in contacts.items():
        yield f"{word(name)} ({listed(list(dict.fromkeys(whom)))})"
