"""The choices of `acc worth` in words: verdict, chances, what would change the answer, cells of tables."""

from dataclasses import replace
from gettext import gettext as _
from gettext import ngettext

from acc.accounts.values import Corridor
from acc.i18n import N_, semicolons
from acc.sites import Kind
from acc.time_aggregates import is_year
from acc.worth.result import Alternative, Gain, Roof, Tipping, Way, WayState, Worth, value_eur
from reports.format.draws import chances_words, tenths
from reports.format.gains import (
    before_investment,
    payback_quantity,
    period_words,
    plan_words,
    value_cell,
    value_text,
)
from reports.format.labels import KINDS, capital, lowered
from reports.format.money import eur_text, per_mwh, range_ends, years
from reports.format.numbers import fr, listed, percent, unit
from reports.format.proposals import ProposalWords, corridor_texts, named
from reports.format.quantity import EVERYBODY, PLAN, Basis, Notion, Quantity
from reports.format.wording import sentence, text_of
from reports.view.quantities import CONNECTED, paybacks

SURE, UNSURE = 0.8, 0.4
"""From the first on sharing is worth it, up to the second it is not; between them nobody can tell."""


def says_yes(worth: Worth) -> bool:
    """Return whether the folder as it is may be told as the choice to make: lawful, and the best of all.

    Whatever connections cost that nobody knows: at their upper figure, and where they have one. Where
    another way to share is the best, the answer is not that of the folder.
    """
    own = worth.own_chance
    is_best = own is not None and own.least_best_ratio >= SURE
    return is_best and _wins(worth) and not depends_on_connection(worth)


def depends_on_connection(worth: Worth) -> bool:
    """Return whether sharing wins where connections that nobody knows cost nothing, perhaps not else."""
    late = worth.connected_sharing_ratio
    unbounded = worth.plan is not None and worth.plan.connection_unbounded_ids
    return _wins(worth) and (late is None or late < SURE or bool(unbounded))


def has_forms(worth: Worth) -> bool:
    """Return whether what wins may be another way to share than the folder as it is."""
    ways = [way for way in worth.distinct if way.total is not None and way.shares]
    return len(ways) > 1 or worth.own_chance is None


def sharing_words(worth: Worth) -> str:
    """Name of the choice that was drawn: the folder alone, or sharing in any form that was compared."""
    return _("sharing in one form or another") if has_forms(worth) else _("sharing")


def is_tinted(worth: Worth) -> bool:
    """Return whether a choice may be shown as the one to make: figures do more than compare."""
    return not worth.status.is_unlawful and not depends_on_connection(worth)


def _wins(worth: Worth) -> bool:
    ratio = worth.sharing_ratio
    return not worth.status.is_unlawful and ratio is not None and ratio >= SURE


TITLES = {
    Way.FOLDER: N_("Your folder"),
    Way.NOTHING: N_("Do nothing"),
    Way.OWN_USE: N_("Each its own roof"),
    Way.TOTAL_SALE: N_("Sell everything"),
    Way.SHARING: N_("Share everything"),
    Way.BOTH: N_("Own roof first, then share"),
    Way.BATTERY: N_("The same, with a battery"),
    Way.PPA: N_("Sell to one buyer, for years"),
}
STATES = {WayState.NOT_COMPARABLE: N_("not comparable"), WayState.NOT_POSSIBLE: N_("not possible")}


def choice_title(choice: Way) -> str:
    """Title of an alternative."""
    return _(TITLES[choice])


def changes_text(worth: Worth, choice: Way) -> str:
    """Plants moved by a choice from the folder as written; empty where none."""
    counted = []
    if choice in {Way.OWN_USE, Way.BOTH, Way.BATTERY}:
        count = sum(roof.host is not None and not roof.stated for roof in worth.roofs)
        counted.append((count, ngettext("{n} put behind a meter", "{n} put behind a meter", count)))
    if choice in {Way.TOTAL_SALE, Way.SHARING, Way.PPA}:
        count = sum(roof.stated for roof in worth.roofs)
        text = ngettext("{n} taken out of a meter", "{n} taken out of a meter", count)
        counted.append((count, text))
    if choice is Way.OWN_USE:
        count = sum(roof.host is None for roof in worth.roofs)
        counted.append((count, ngettext("{n} not built", "{n} not built", count)))
    if choice in {Way.SHARING, Way.BOTH} and worth.scenario.battery is not None:
        counted.append((1, _("without the battery")))
    return listed([text.format(n=fr(count)) for count, text in counted if count])


def row_title(worth: Worth, alternative: Alternative) -> str:
    """Title of a row of the choices, with the plants moved."""
    changes = changes_text(worth, alternative.choice) if alternative.total is not None else ""
    notes = [*(lowered(choice_title(same)) for same in alternative.also), *([changes] if changes else [])]
    title = choice_title(alternative.choice)
    return f"{title} ({semicolons(notes)})" if notes else title


def verdict(worth: Worth) -> str:
    """Return the answer with its chances, and that investments are not in it where no plan counts them."""
    answer = _verdict(worth)
    if worth.is_value or worth.status.is_unlawful:
        return answer
    return " ".join([answer, _("Investments are not counted.")])


def _verdict(worth: Worth) -> str:
    """Return the answer in one sentence, with its chances, each of the choice that was drawn."""
    if worth.status.is_unlawful:
        return _("No, not like this: the operation is not lawful. The figures only compare.")
    chance, other = worth.sharing_ratio, worth.best(shares=False)
    if chance is None or other is None:
        return _("Nobody can tell: nothing with sharing, or nothing without it, can be compared.")
    if depends_on_connection(worth):
        return _dependent_verdict(worth)
    if says_yes(worth):
        return _yes(worth)
    if chance >= SURE:
        return _another_form(worth)
    price = worth.scenario.prices.local_eur_per_kwh
    if not worth.draws:  # the central figures alone: no chance is known
        text = _("No, by the central figures: “{other}” is better than {sharing}.")
    elif chance > UNSURE:
        text = _("Uncertain: {sharing} wins {n} times in 10 only; else, “{other}”.")
    elif price:
        text = _("No: at {price}, “{other}” is better than {sharing}, {chances}.")
    else:  # who shares at 0 sells nothing: no price to tell
        text = _("No: “{other}” is better than {sharing}, {chances}.")
    return text.format(
        n=fr(tenths(chance)),
        chances=chances_words(1.0 - chance, worth.draws),
        other=choice_title(other.choice),
        sharing=sharing_words(worth),
        price=per_mwh(price),
    )


def _yes(worth: Worth) -> str:
    """Return the answer where the folder itself is the best choice, with its own chances."""
    own, price = worth.own_chance, worth.scenario.prices.local_eur_per_kwh
    assert own is not None  # it says yes
    if not worth.draws:
        return _("Yes, by the central figures: sharing as your folder does is better than any other choice.")
    name, chances = "worth-yes-at-price" if price else "worth-yes", own.least_best_ratio
    return sentence(name, price=per_mwh(price), chances=chances_words(chances, worth.draws))


def _another_form(worth: Worth) -> str:
    """Return the answer where sharing wins, and the folder as it is is not surely the way to share."""
    own, form = worth.own_chance, worth.best(shares=True)
    assert form is not None  # sharing wins
    values = {"form": choice_title(form.choice), "sharing": sharing_words(worth)}
    if own is None:
        text = _("Your folder shares nothing, yet {sharing} would be better, {chances}: “{form}” first.")
        if not worth.draws:
            text = _("Your folder shares nothing, yet by the central figures “{form}” would be better.")
    elif not worth.draws:
        text = _("To compare: by the central figures “{form}” is better than your folder as it is.")
    else:
        text = text_of("to-compare-with-folder")
        values["ahead"] = chances_words(own.least_ahead_ratio, worth.draws)
        values["best"] = chances_words(own.least_best_ratio, worth.draws)
    chances = chances_words(worth.sharing_ratio or 0.0, worth.draws)
    return text.format(chances=chances, **values)


def _dependent_verdict(worth: Worth) -> str:
    """Return the answer where sharing wins as long as connections cost nothing, in chances or values."""
    plan, chance, late = worth.plan, worth.sharing_ratio or 0.0, worth.connected_sharing_ratio or 0.0
    assert plan is not None  # a connection is one of its costs
    values = {
        "sharing": sharing_words(worth),
        "eur": eur_text(plan.connection_more_eur_ht),
        "kva": unit(plan.connection_unbounded_kva, _("kVA")),
        "chances": chances_words(chance, worth.draws),
        "late": chances_words(late, worth.draws),
    }
    values["now_eur"], values["late_eur"] = map(str, _leads(worth))
    if late >= SURE:  # some connection has no upper figure
        text = text_of("to-verify-without-connection")
    elif worth.draws:
        text = _("To verify: {sharing} wins {chances} if the connection is free, {late} if it costs {eur}.")
    else:
        text = text_of("to-verify-if-connection")
    return text.format(**values)


def chances_sentence(worth: Worth) -> str:
    """Gain of sharing beyond another choice, with its draws if any; only if lawful."""
    if worth.status.is_unlawful or worth.sharing_ratio is None or worth.ahead_eur is None:
        return ""
    low, high = range_ends(worth.ahead_eur[0], worth.ahead_eur[2])
    # What is told of a quantity is its central figure, as everywhere; draws give what it lies between.
    middle = value_text(*_leads(worth))
    values = {"sharing": sharing_words(worth), "middle": middle, "unit": value_words(worth)}
    if not worth.draws:
        return sentence("beside-best-other", **values)
    text = sentence(
        "wins-in-draws",
        won=_draws_won(worth, worth.sharing_ratio, worth.connected_sharing_ratio),
        draws=fr(worth.draws),
        low=eur_text(low),
        high=eur_text(high),
        **values | {"sharing": capital(values["sharing"])},
    )
    return " ".join(filter(None, [text, _own_sentence(worth)]))


def _leads(worth: Worth) -> tuple[Quantity, Quantity]:
    """Lead of sharing, and where connections that nobody knows cost their upper figure, EUR."""
    ahead = Quantity(notion=Notion.LEAD, value=worth.lead_eur(), year=PLAN)
    return ahead, replace(ahead, value=worth.lead_eur(connected=True), given=CONNECTED)


def _own_sentence(worth: Worth) -> str:
    """Return in how many draws the folder as it is wins, where sharing may be something else."""
    own = worth.own_chance
    if own is None or not has_forms(worth):
        return ""
    ahead = _draws_won(worth, own.ahead_ratio, own.connected_ahead_ratio)
    best = _draws_won(worth, own.best_ratio, own.connected_best_ratio)
    return sentence("folder-beside-choices", ahead=ahead, best=best)


def _draws_won(worth: Worth, *won_shares: float | None) -> str:
    """Return in how many draws, from where connections cost their most to where they cost nothing."""
    won, won_late = (fr(round((ratio or 0.0) * worth.draws)) for ratio in won_shares)
    return won if won == won_late else _("{least} to {most}").format(least=won_late, most=won)


def proposal_text(worth: Worth) -> str:
    """Proposal among the ways to share by the group's criteria, without names."""
    if worth.proposal is None or len(worth.proposal.names) < 2:
        return ""
    year = is_year(worth.scenario.steps)
    words = ProposalWords(proposal=worth.proposal, title=lambda name: choice_title(Way(name)), is_year=year)
    return " ".join(words.sentences)


def value_words(worth: Worth) -> str:
    """Definition of the ranking euros."""
    finance = worth.scenario.finance
    if worth.is_value and finance is not None:
        return _("over {years} years, in euros of today").format(years=fr(finance.horizon_years))
    return _("over the period, {before}").format(before=before_investment("", is_taxed=worth.is_taxed))


def tipping_sentences(worth: Worth) -> list[str]:
    """Tipping values of the answer: price of the surplus, local price, participation."""
    tipping = worth.tipping
    if tipping is None:
        return []
    sentences = [_("Here the connection is not counted.")] if depends_on_connection(worth) else []
    sentences.append(_surplus_sentence(worth))
    if tipping.corridor is not None:
        sentences.append(_price_sentence(worth, tipping, tipping.corridor))
    if tipping.kinds:
        sentences.append(_kind_sentence(worth))
    return list(filter(None, sentences))


def _price_sentence(worth: Worth, tipping: Tipping, corridor: Corridor) -> str:
    """Return the prices that suit everyone under the best choice with sharing; nobody is named."""
    finance, year = worth.scenario.finance, is_year(worth.scenario.steps)
    years = 0 if finance is None else finance.horizon_years
    prices = corridor_texts(
        (corridor, tipping.plan_corridor),
        (period_words(is_year=year), plan_words(years)),
        worth.scenario.prices.local_eur_per_kwh,
        lambda ids: named((), len(ids)),
    )
    return sentence("price-by-choice", choice=choice_title(tipping.choice), prices=" ".join(prices))


def _surplus_sentence(worth: Worth) -> str:
    tipping = worth.tipping
    assert tipping is not None  # asked before
    if not tipping.surplus_is_searched:
        return _("Which price of the surplus would change the answer is not known: a profit is taxed.")
    change, price = tipping.surplus_change_eur_per_kwh, tipping.surplus_eur_per_kwh
    if change is None:
        return _("No price of the surplus changes the answer.")
    if price is not None:
        return sentence("turns-at-surplus-price", price=per_mwh(price + change), today=per_mwh(price))
    name = "turns-when-sold-cheaper" if change < 0.0 else "turns-when-sold-dearer"
    return sentence(name, change=per_mwh(abs(change)))


def _kind_sentence(worth: Worth) -> str:
    tipping = worth.tipping
    assert tipping is not None  # asked before
    most = tipping.kinds[0]
    kind, eur = lowered(_(KINDS[Kind(most.kind)])), eur_text(most.ahead_eur)
    decides = (most.ahead_eur > 0.0) != (tipping.ahead_eur > 0.0)
    return sentence("kind-decides" if decides else "no-kind-decides", most.members, kind=kind, eur=eur)


def roof_sentence(worth: Worth, roof: Roof) -> str:
    """Site served by a plant without an operation, or reason why none."""
    names = {site.id: site.name for site in (*worth.scenario.participants, *worth.scenario.plants)}
    name = names[roof.plant]
    if roof.host is not None:
        text = _("{plant}: serves {site} first.") if roof.stated else _("{plant}: would serve {site}.")
        return text.format(plant=name, site=names[roof.host])
    if roof.nearest_km is None:
        return _("{plant}: its owner has no site of known place here, no own use.").format(plant=name)
    return sentence("owner-site-too-far", plant=name, metres=fr(1000.0 * roof.nearest_km))


def loss_words(gain: Gain) -> str:
    """Return the chances of being worse off than by doing nothing, whatever connections cost."""
    return _chances_cell(gain.loss_ratio, gain.at_most.loss_ratio)


def best_words(alternative: Alternative) -> str:
    """Return in which part of the draws a choice is the best, whatever connections cost."""
    total = alternative.total
    return "–" if total is None else _chances_cell(total.best_ratio, total.at_most.best_ratio)


def _chances_cell(*won_shares: float) -> str:
    low, high = min(won_shares), max(won_shares)
    cell = percent(high)
    return cell if percent(low) == cell else f"{fr(100.0 * low)} … {cell}"


def gain_cell(way: Alternative, gain: Gain, id_: str = "") -> str:
    """Gain by a choice as a cell: a range from the upper connection costs where unknown.

    Args:
        id_: of the person who gains; all by default.
    """
    value = choice_value(way, gain, id_)
    given = f"{value.given} {CONNECTED}".strip()
    return value_cell(value, replace(value, value=value_eur(gain.at_most), given=given))


def choice_value(way: Alternative, gain: Gain, id_: str = "") -> Quantity:
    """Worth of a choice to a person or to all, as choices are ranked, EUR.

    That of the folder as it is is what every document tells of it.
    """
    first = choice_gain(way, gain, id_)
    if gain.npv_eur_ht is None:
        return first
    return replace(first, notion=Notion.VALUE, value=gain.npv_eur_ht, basis=Basis.VAT_BORNE, year=PLAN)


def choice_gain(way: Alternative, gain: Gain, id_: str = "") -> Quantity:
    """Gain of the period by a choice, of a person or of all, EUR."""
    of = frozenset({id_}) if id_ and len(way.persons) > 1 else EVERYBODY
    given = "" if way.choice is Way.FOLDER else choice_title(way.choice)
    return Quantity(notion=Notion.GAIN, value=gain.gain_eur_ht, of=of, basis=Basis.NO_VAT, given=given)


def payback_cell(way: Alternative) -> str:
    """Payback time of all together, up to that at the upper connection cost."""
    if way.payback_years is None:
        return years(None)
    given = "" if way.choice is Way.FOLDER else choice_title(way.choice)
    back, latest = paybacks(Notion.BILLS_PAYBACK, way.payback_years, way.latest_payback_years)
    return str(payback_quantity(replace(back, given=given), latest))
