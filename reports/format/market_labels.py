"""How a surplus sold at prices by the hour, and carbon by the hour, are said to people."""

from gettext import gettext as _

from acc.accounts.values import Carbon, MarketSale, Money
from acc.bills.tariffs import MARKET, CarbonBasis, SurplusContract
from acc.i18n import N_
from acc.sides import Side, side
from reports.format.money import eur_text, per_mwh
from reports.format.numbers import fr, percent, unit

BASES = {
    CarbonBasis.YEARLY: N_("mean kWh of the year"),
    CarbonBasis.HOURLY: N_("mean kWh of each hour"),
    CarbonBasis.MARGINAL: N_("kWh that one more or less changes, at each hour (marginal)"),
}


SCOPES = {"direct": N_("direct emissions"), "life-cycle": N_("life cycle")}


def scope_title(scope: str) -> str:
    """Title of the scope of a carbon factor."""
    return _(SCOPES[scope]) if scope in SCOPES else scope


def contract_words(contract: SurplusContract) -> str:
    """Surplus contract in words, unless the price is one found by the group."""
    if contract.code == MARKET and contract.market is not None:
        text = _("prices by the hour ({file}); mean of all hours: {mean}")
        return text.format(file=contract.market.file, mean=per_mwh(contract.market.mean))
    return _("contract {code}").format(code=contract.code)


def sale_sentences(money: Money) -> list[str]:
    """Effects of hourly prices on the surplus and the plan; empty where there are none."""
    sentences = [sentence for sale in money.sales for sentence in _sale(sale)]
    if money.flat_npv_eur_ht is not None and money.plan is not None:
        less = money.flat_npv_eur_ht - money.plan.npv_eur_ht
        if side(less) is not Side.EVEN:
            text = _("At the mean of all hours the plants’ plan would be worth {eur} more: too much.")
            if less < 0.0:
                text = _("At the mean of all hours the plants’ plan would be worth {eur} less.")
            sentences.append(text.format(eur=eur_text(abs(less))))
    return sentences


def _sale(sale: MarketSale) -> list[str]:
    if sale.capture_eur_per_kwh is None:
        return [_("Nothing is left to be sold by the hour ({file}).").format(file=sale.file)]
    text = _("Surplus sold by the hour ({file}): {capture} on average (mean of all hours: {mean}).")
    if sale.mean_eur_per_kwh > 0.0:
        text = _(
            "Surplus sold by the hour ({file}): {capture} on average, {part} of the mean of all hours "
            "({mean})."
        )
    words = {
        "file": sale.file,
        "capture": per_mwh(sale.capture_eur_per_kwh),
        "mean": per_mwh(sale.mean_eur_per_kwh),
        "part": percent(sale.capture_eur_per_kwh / (sale.mean_eur_per_kwh or 1.0)),
    }
    return [text.format(**words), _negative(sale)]


def _negative(sale: MarketSale) -> str:
    if not sale.negative_hours:
        return _("No hour has a price under zero.")
    text = _(
        "Price under zero for {hours}: {kwh} of surplus then, {eur}. Stopping the plants then is not counted."
    )
    hours, kwh = unit(sale.negative_hours, "h"), unit(sale.negative_kwh, "kWh")
    return text.format(hours=hours, kwh=kwh, eur=eur_text(sale.negative_eur_ht))


def carbon_sentences(money: Money) -> list[str]:
    """Emissions avoided by the plants under each factor, and missing factors, in sentences."""
    sentences = [_carbon(carbon) for carbon in money.carbon]
    bases = {carbon.factor.basis for carbon in money.carbon}
    if sentences and CarbonBasis.MARGINAL not in bases:
        sentences.append(
            _("What one kWh more changes at each hour (marginal) is not known (`marginal` in `[carbon]`).")
        )
    return sentences


def _carbon(carbon: Carbon) -> str:
    factor = carbon.factor
    text = _("{tonnes} of CO₂ avoided, {basis}: {grid} g/kWh less {pv} ({scope}, {reference}).")
    tonnes = carbon.avoided_kg / 1000.0
    reference = f"{factor.reference}, {factor.year}" if factor.year else factor.reference
    return text.format(
        tonnes=unit(tonnes, "t", 0 if abs(tonnes) >= 20.0 else 1),
        basis=_(BASES[factor.basis]),
        grid=fr(factor.grid_g_per_kwh, 0),
        pv=fr(factor.pv_g_per_kwh, 0),
        scope=scope_title(factor.scope),
        reference=reference,
    )
