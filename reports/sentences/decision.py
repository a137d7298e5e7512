"""Page 1 to decide on: its figures, what is proposed, what each gets, what is asked of whom, how sure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from gettext import gettext as _

import numpy as np

from acc.accounts.persons import sole_member
from acc.accounts.values import Money
from acc.household_privacy import HOMES, homes
from acc.i18n import semicolons
from acc.keys import KEYS
from acc.keys.rule import EnedisType
from acc.parties import MEMBERSHIP
from acc.plan.cash_flows import sum_flows
from acc.plan.values import Plan, cover_by_year
from acc.result.lending import lending
from acc.result.outcomes import MemberOutcome, Outcomes
from acc.sides import NOTHING_EUR, loses
from acc.sites import Kind
from reports.format.draws import chances_words, question_text
from reports.format.gains import connection_text, of_sharing, value_basis
from reports.format.labels import key_title, lowered
from reports.format.money import euros, per_mwh, pmo_fees, range_ends
from reports.format.numbers import (
    MISSING,
    fr,
    listed,
    mwh_text,
    percent,
    plants_count,
    power,
    rate,
    signed_percent,
    span,
)
from reports.format.palette import Tone
from reports.format.quantity import Quantity
from reports.format.rounding import closed_eur
from reports.format.wording import sentence, text_of
from reports.nodes.tree import (
    Column,
    Terms,
    TextCell,
    TextColumn,
    TextTable,
    ValueBox,
    first_column,
    table_by_column,
)
from reports.sentences.answer import metered, readers_outcomes
from reports.sentences.gains import payback_tile
from reports.sentences.money import band_text, drawn_text, is_free, range_of, value_tile
from reports.sentences.questions import Answers
from reports.sentences.verdict import is_short, losers_of
from reports.view import quantities
from reports.view.member_rows import Row, member_rows
from reports.view.privacy import FIRMS, PUBLIC_BODIES
from reports.view.view import View

Kinds = frozenset[Kind] | None
MOST_PLANTS, MOST_PAYERS = 4, 2
"""Plants, and who pays, named in a line; more are counted."""


def own_line(view: View, kinds: Kinds) -> str:
    """What the operation brings the readers of a note for some, counted among them alone."""
    outcomes = readers_outcomes(view, kinds)
    if not outcomes.known:
        return ""
    only = outcomes.members[0] if len(outcomes.members) == 1 else None
    name = None if only is None else view.named_members.get(only.id)
    drawn, gain = None if only is None else only.range_eur_ht, quantities.gain(view.outcomes, outcomes.ids)
    ends = ""
    if drawn is not None:
        ends = f" ({span(*range_ends(drawn[0], drawn[2], drawn[1]))})"
        gain = gain.between(drawn[0], drawn[2])
    first = sentence(
        "readers-gain",
        who=name or people_text(view, outcomes.members),
        gain=f"{gain.as_(view.eur_writer)}{ends}",
        losers=losers_of(view, outcomes),
    )
    unknown = len(outcomes.members) - len(outcomes.known)
    return f"{first} {sentence('uncounted-members', unknown)}" if unknown else first


def value_box(view: View, kinds: Kinds = None) -> ValueBox | None:
    """Tile of the value over the plan, works paid, and its range; of the gain of the period without one."""
    outcomes = readers_outcomes(view, kinds)
    if not outcomes.known:
        return None
    together, of = outcomes.together, outcomes.ids
    who = sentence("for-members", len(outcomes.known))
    if kinds is not None:
        who = sentence("for-readers", who=people_text(view, outcomes.members))
    if together.plan_eur_ht is None or outcomes.plan_years is None:
        shown = quantities.gain(view.outcomes, of).as_(view.eur_writer)
        note = "" if kinds else range_of(view, shown, "gain_eur_ht", 1.0, view.eur_unit)
        words = _("{who}, what is built not counted").format(who=who)
        return ValueBox(*_parts(shown), words, note, tone="worse" if loses(shown.value) else None)
    words = _("{who} in {years} years, works paid").format(who=who, years=fr(outcomes.plan_years))
    worth = quantities.value(view.outcomes, of)
    drawn = "" if kinds else range_of(view, worth, "everybody_npv_eur_ht", 1e-3, "k€")
    chances = _("8 chances in 10: {range}").format(range=drawn) if drawn else ""
    parts = of_sharing(*quantities.value_parts(view.outcomes, of))
    notes = semicolons(filter(None, [chances, parts]))
    return value_tile(*quantities.value_ends(view.outcomes, of), words, notes)


def _parts(shown: Quantity) -> tuple[str, str]:
    printed = shown.printed()
    return printed.number, printed.unit


def works_box(view: View, kinds: Kinds = None) -> ValueBox | None:
    """Tile of what is to be paid in year 0 and by whom, grants deducted; None where nothing is built."""
    outcomes, money, everybody = readers_outcomes(view, kinds), view.result.money, view.outcomes
    plans = [] if money is None or money.plan is None else list(money.plans)
    paying = [plan for plan in plans if plan.owner in outcomes.ids and plan.flows.built_eur[0] < 0.0]
    if not paying:
        return None
    total, named = quantities.works(paying, everybody), view.named_members
    words, notes = sentence("to-pay-by-owners", len(paying)), list(_works_notes(view, paying))
    if len(paying) <= MOST_PAYERS and named.keys() >= {plan.owner for plan in paying}:
        shown = _closed([*(quantities.works([plan], everybody) for plan in paying), total])
        bases = [_tax_words(plan) for plan in paying]
        # The note says the basis of all, where they have the same.
        said = [f" ({basis})" if len({*bases}) > 1 else "" for basis in bases]
        payers = zip(paying, shown, said, strict=False)
        texts = [f"{named[plan.owner]} {amount}{basis}" for plan, amount, basis in payers]
        words = _("to pay: {who}").format(who=listed(texts))
    return ValueBox(*_parts(total), words, semicolons(notes))


def _tax_words(plan: Plan) -> str:
    return _("with VAT") if plan.flows.investment_vat_eur[0] else _("without tax")


def _works_notes(view: View, plans: Sequence[Plan]) -> Iterator[str]:
    """Basis of what is to be paid: without tax, VAT that is not recovered, grants, connections."""
    money, everybody = view.result.money, view.outcomes
    vat, before = quantities.owners_vat(plans, everybody), quantities.works_before_vat(plans, everybody)
    if vat.value:
        yield _("{eur} without tax + {vat} of VAT that is not recovered").format(eur=before, vat=vat)
        terms = None if money is None else money.plan_terms
        if terms is not None and any(plant.charges.vat.returned_ratio for plant in terms.plants):
            yield _("FCTVA to be asked for")
    else:
        yield _("without tax")
    if granted := sum(plan.grant_eur for plan in plans):
        yield _("{eur} of grants deducted").format(eur=euros(granted))
    if money is not None and money.plan is not None and (connection := connection_text(money.plan)):
        yield connection


def cover_box(view: View, kinds: Kinds = None) -> ValueBox | None:
    """Tile of the cover of loans, and what would make each year pay; the payback where nothing is lent."""
    money, ids = view.result.money, readers_outcomes(view, kinds).ids
    if money is None or money.plan is None:
        return None
    plans = [plan for plan in money.plans if kinds is None or plan.owner in ids]
    lent = [plan for plan in plans if plan.dscr_mean is not None]
    if not lent:
        box = None if kinds else payback_tile(view)
        return box and replace(box, note=semicolons(filter(None, [box.note, text_of("no-loan")])))
    mean, lowest = quantities.covers(lent, view.outcomes)
    notes = []
    if is_short(lowest.value):
        worst = int(np.nanargmin(cover_by_year(sum_flows([plan.flows for plan in lent]))))
        notes = [sentence("worst-year", part=lowest.as_("%"), year=fr(worst))]
        notes += [] if kinds else [_covered_by(view, money)]
    tone: Tone | None = "worse" if is_short(mean.value) else "ink" if notes else None
    words = _("of the annuity covered, on average")
    return ValueBox(*_parts(mean.as_("%")), words, semicolons(filter(None, notes)), tone=tone)


def _covered_by(view: View, money: Money) -> str:
    """What would cover the annuity in each year: a reserve for the inverters, else a price, or more sun."""
    loans = lending(view.result)
    price, output = (
        (None, None) if loans is None else (loans.unit_cover_price_ratio, loans.unit_cover_output_ratio)
    )
    if price is not None and price <= 1.0 and output is not None and output <= 1.0:
        return _("each year is covered once inverters are paid from a reserve")
    ways = []
    if price is not None and money.local_eur_per_kwh:
        ways.append(_("a price of {price}").format(price=per_mwh(price * money.local_eur_per_kwh)))
    if output is not None:
        ways.append(_("{part} of sun").format(part=signed_percent(output - 1.0)))
    return _("each year is covered with {ways}").format(ways=_(" or ").join(ways)) if ways else ""


def energy_box(view: View) -> ValueBox:
    """Tile of what is shared, where an amount is missing."""
    words = _("shared, {part} of the need left") if view.has_own_use else _("shared, {part} of the needs")
    shared = quantities.shared(view.result, view.scale)
    note = band_text(view, "received_kwh", 1.0 / view.scale.unit_kwh)
    return ValueBox(
        shared.printed().number, view.unit, words.format(part=quantities.shared_of_need(view.result)), note
    )


def spot_box(view: View) -> ValueBox:
    """Tile of the part of what is fed in that is shared."""
    part = quantities.shared_of_injected(view.result)
    note = _("surplus: {energy}").format(energy=quantities.surplus(view.result, view.scale))
    return ValueBox(part.printed().number, part.printed().unit, _("of the injected energy shared"), note)


def boxes(view: View, kinds: Kinds = None) -> list[ValueBox]:
    """Return three tiles: value, what is paid, cover; energy in place of those that do not exist."""
    euros = [box for box in (value_box(view, kinds), works_box(view, kinds), cover_box(view, kinds)) if box]
    return [*euros, energy_box(view), spot_box(view)][: max(3, len(euros))]


def proposed(view: View, answers: Answers = ()) -> Terms:
    """What is proposed: roofs, price and fees; key and what is shared, or the answers to some readers."""
    rows = [(_("Plants"), _plants(view)), (_("Price"), _price(view))]
    return Terms((*rows, *(answers or ((_("Key"), _key(view)), (_("Shared"), _shared(view))))))


def _plants(view: View) -> str:
    plants, names = view.running, view.named_members
    owners = {plant.id: member for member in view.outcomes.members for plant in plants
              if plant.id in member.plant_ids}  # fmt: skip
    total = quantities.peak_power(plants)
    if not plants:
        return _("no plant")
    if len(plants) > MOST_PLANTS:
        count = len({member.id for member in owners.values()})
        return sentence("plants-of-owners", count, plants=sentence("solar-plants", len(plants)), power=total)
    texts = []
    for plant in plants:
        owner = names.get(owners[plant.id].id) if plant.id in owners else None
        owner = owner if plant.has_producer else _("producer to be named")
        text = f"{view.names[plant.id]}, {power(plant.kwp)}"
        texts.append(f"{text} ({owner})" if owner else text)
    return f"{listed(texts)}."


def _price(view: View) -> str:
    prices = view.result.scenario.prices
    if sole_member(view.result.money) is not None:
        return _("nothing is sold: one member holds everything.")
    if is_free(view):
        text = _("0 €/MWh: what is shared is given")
    elif prices.is_grid and prices.local_eur_per_kwh is None:
        text = _("by plant, buyer or hour, as the annex says")
    elif prices.local_eur_per_kwh is None:
        text = _("not decided")
    elif prices.local_years is None:
        text = _("{price} without tax; for how long is not written").format(
            price=per_mwh(prices.local_eur_per_kwh)
        )
    else:
        years = fr(prices.local_years)
        text = sentence(
            "price-years", prices.local_years, price=per_mwh(prices.local_eur_per_kwh), years=years
        )
    fees = pmo_fees(prices)
    if fees:
        text = _("{price}; fees of the PMO: {fees}").format(price=text, fees=fees)
    return _("{price}. Your supplier delivers the rest.").format(price=text)


COMPUTED: Mapping[EnedisType, str] = {
    EnedisType.DEFAULT: "computed-by-operator",
    EnedisType.STATIC: "computed-static",
    EnedisType.SIMPLE: "computed-by-organiser",
    EnedisType.FULL: "computed-by-organiser",
}


def _key(view: View) -> str:
    """Key that is proposed, and who computes it; that of the folder beside, where criteria choose another."""
    proposal, written = view.result.proposal, view.chosen
    is_other = proposal is not None and not proposal.keeps_folder
    name = (
        proposal.name
        if proposal is not None and is_other and view.result.scenario.has_criteria
        else written.name
    )
    rule = KEYS.get(name)
    who = sentence(COMPUTED[rule.enedis]) if rule is not None else ""
    text = _("“{key}”{who}.").format(key=lowered(key_title(name)), who=f", {who}" if who else "")
    if proposal is None or not is_other:
        return text
    more = proposal.more(proposal.index)
    gap = euros(more) if proposal.in_euros else mwh_text(more)
    if name != written.name:
        return f"{text} " + sentence("folder-key", key=lowered(written.title), gap=gap)
    if not proposal.in_euros or not more > NOTHING_EUR:
        return text
    return f"{text} " + sentence("other-key", key=lowered(key_title(proposal.name)), gap=gap)


def _shared(view: View) -> str:
    name = "shared-and-rest-left" if view.has_own_use else "shared-and-rest"
    return sentence(
        name,
        energy=quantities.shared(view.result, view.scale),
        period=view.period,
        part=quantities.shared_of_need(view.result),
        injected=quantities.shared_of_injected(view.result),
    )


def shares_table(view: View, kinds: Kinds = None) -> TextTable | None:
    """Table of what each row of members gets: first year, a year at full accise, the plan, the loan."""
    outcomes, money = readers_outcomes(view, kinds), view.result.money
    if not outcomes.known or money is None:
        return None
    rows = [*member_rows(view, {member.id for member in outcomes.known}), outcomes.known]
    ids = [frozenset(member.id for member in row) for row in rows]
    everybody, unit_ = view.outcomes, view.eur_unit
    names = [TextCell(row_text(view, row), "name") for row in rows[:-1]]
    total = sentence("all-members", len(outcomes.known)) if kinds is None else _("Together")
    columns: list[Column] = [
        (first_column(_("Member")), [*names, TextCell(total, "name")]),
        (
            _("First year\n{unit}").format(unit=unit_),
            _amounts([quantities.gain(everybody, of) for of in ids]),
        ),
    ]
    full = [quantities.full_accise_gain(everybody, of) for of in ids]
    if all(each.is_known for each in full):
        columns.append((_("At full accise\n{unit}").format(unit=unit_), _amounts(full)))
    if money.plan is not None and outcomes.plan_years is not None:
        head = _("{years} years,\nworks paid, €").format(years=fr(outcomes.plan_years))
        columns.append((head, _amounts([quantities.value(everybody, of) for of in ids])))
        loans = [quantities.members_loan(money.plans, everybody, of) for of in ids]
        if loans[-1].value:
            annuities = _closed([quantities.members_annuity(money.plans, everybody, of) for of in ids])
            pairs = zip(_closed(loans), annuities, strict=True)
            texts = [
                f"{loan.printed().number} / {annuity.printed().number}" if loan.value else MISSING
                for loan, annuity in pairs
            ]
            columns.append((TextColumn(_("Loan /\nannuity, €")), [TextCell(text) for text in texts]))
    note = _shares_note(view, outcomes)
    title = _("What each gets (without tax)")
    return table_by_column("shares", *columns, title=title, note=note, has_total=True)


def _closed(amounts: Sequence[Quantity]) -> list[Quantity]:
    """Return the rows and their total, rounded so that what is printed adds up."""
    *parts, total = amounts
    closed, shown = closed_eur([part.value for part in parts], total.value)
    return [each.printed_as(eur).as_("€ exact") for each, eur in zip(amounts, [*closed, shown], strict=True)]


def _amounts(amounts: Sequence[Quantity]) -> list[TextCell]:
    return [amount_cell(amount) for amount in _closed(amounts)]


def amount_cell(amount: Quantity) -> TextCell:
    """Return the cell of an amount, red where it is a loss."""
    if loses(amount.value):
        return TextCell(f"{amount.printed().number}", "money", amount.value, tone="worse")
    return TextCell(amount.printed().number, value=amount.value if amount.is_known else None)


def _shares_note(view: View, outcomes: Outcomes) -> str:
    scenario, money = view.result.scenario, view.result.money
    finance, notes = scenario.finance, []
    if any(member.kind in HOMES for member in outcomes.members):
        notes.append(_("Homes: the sheet of each tells its gain, with tax."))
    if finance is not None and finance.debt_ratio and money is not None and money.plan is not None:
        notes.append(
            _("Loan: {part} of the works without tax, {years} years, {rate}.").format(
                part=percent(finance.debt_ratio),
                years=fr(finance.debt_years),
                rate=rate(finance.debt_interest_ratio),
            )
        )
    if money is not None and money.plan is not None:
        notes.append(value_basis())
    return " ".join(notes)


def row_text(view: View, row: Row) -> str:
    """Return the name of a member alone, with what it holds; else how many of which kinds, and plants."""
    running = {plant.id for plant in view.running}
    plants = sum(len(running & {*member.plant_ids}) for member in row)
    built = plants_count(plants) if plants else ""
    named = view.named_members
    if len(row) == 1 and row[0].id in named:
        count = len(row[0].site_ids)
        holdings = listed([text for text in (sentence("sites", count) if count > 1 else "", built) if text])
        return f"{named[row[0].id]}{_(': ')}{holdings}" if holdings else named[row[0].id]
    return ", ".join(filter(None, [people_text(view, row), built]))


def people_text(view: View, members: Sequence[MemberOutcome]) -> str:
    """Return "2 public bodies, 3 companies and associations and 4 households"."""
    people = {site.id: site for site in view.result.scenario.participants}
    at_home = [member for member in members if member.kind in HOMES]
    counts = {
        "public-bodies": sum(member.kind in PUBLIC_BODIES for member in members),
        "firms": sum(member.kind in FIRMS for member in members),
        "signing-owners": sum(member.kind is None for member in members),
        "households": sum(homes(people[id_]) for member in at_home for id_ in member.site_ids),
    }
    return listed([sentence(name, count) for name, count in counts.items() if count])


def acts_table(view: View, kinds: Kinds = None) -> TextTable:
    """Table of what is asked: of whom, what, and whether it is done; of readers of some kinds, themselves."""
    decided = view.result.scenario.words.decision
    decided = decided or _("An agreement in principle of each member; by when is to be set.")
    title = _("What is asked: {what}").format(what=lowered(decided).rstrip("."))
    return table_of_acts(view, title, [*_acts(view, kinds)])


Act = tuple[str, str, str]
"""Who, what, and the name under which it is counted."""


def table_of_acts(view: View, title: str, acts: Sequence[Act]) -> TextTable:
    """Table of what is asked: who, what, state; whom to ask below."""
    contact, signed = view.result.scenario.words.contact, signed_by_row(view)
    columns: list[Column] = [
        (TextColumn(_("Who"), 46, "left"), [TextCell(who, "name") for who, _what, _name in acts]),
        (first_column(_("To be done")), [what for _who, what, _name in acts]),
        (_("State"), [state_text(signed.get(name, 0)) for _who, _what, name in acts]),
    ]
    note = _("Contact: {contact}").format(contact=contact) if contact else ""
    return table_by_column("asked", *columns, title=title, note=note)


def signed_by_row(view: View) -> Mapping[str, int]:
    """Number of members of each row who signed, as `signatures.csv` says: a vote, or an act of membership."""
    signed = {(line.paper, line.who) for line in view.result.scenario.signatures if line.signed}
    counts = dict.fromkeys(("organiser", "public", "others"), 0)
    for member in view.outcomes.members:
        row = "public" if member.kind in PUBLIC_BODIES else "others"
        counts[row] += not signed.isdisjoint({("deliberation", member.id), (MEMBERSHIP, member.id)})
    return counts | {"organiser": int(("statutes", None) in signed)}


def state_text(signed: int) -> str:
    """Return whether what is asked of a row is done, or by how many."""
    return sentence("agreed", count=fr(signed)) if signed else _("to do")


def _acts(view: View, kinds: Kinds) -> Iterator[Act]:
    result, members = view.result, view.outcomes.members
    plan = None if result.money is None else result.money.plan
    public = [member for member in members if member.kind in PUBLIC_BODIES]
    others = [member for member in members if member.kind not in PUBLIC_BODIES]
    if sole_member(result.money) is None and result.scenario.organiser is None:
        yield _("The group"), _("Found the organising legal person (PMO), or choose one"), "organiser"
    if public and kinds in {None, PUBLIC_BODIES}:
        lent = plan is not None and plan.dscr_mean is not None and any(member.plant_ids for member in public)
        yield (
            people_text(view, public),
            sentence("asked-of-bodies-lent" if lent else "asked-of-bodies"),
            "public",
        )
    if others and kinds in {None, FIRMS}:
        yield people_text(view, others), sentence("asked-of-others"), "others"
    if plan is not None and plan.without_connection_ids:
        yield quotes_act(view, plan.without_connection_ids)


def quotes_act(view: View, plant_ids: Sequence[str]) -> Act:
    """Ask of owners the quote of connections that nobody knows."""
    members = view.outcomes.members
    owners = sum(bool({*plant_ids} & {*member.plant_ids}) for member in members)
    names = listed([view.names[id_] for id_ in plant_ids]) if len(plant_ids) <= MOST_PLANTS else ""
    what = _("Ask the grid operator for the quote of the connection")
    return sentence("owners", owners), f"{what}{_(': ')}{names}" if names else what, "quotes"


def sure_text(view: View) -> str:
    """How sure it is, in a line: draws, what is metered, whether plants are paid back, what to ask first."""
    open_ = [view.result.scenario.participants[i].id for group in view.groups for i in group.named]
    question = question_text(view.result.drawn, {id_: view.names[id_] for id_ in open_})
    drawn, money = view.result.drawn, view.result.money
    plants = ""
    if (
        drawn is not None
        and drawn.paid_back_ratio is not None
        and money is not None
        and money.plan is not None
    ):
        often = chances_words(drawn.paid_back_ratio, view.result.ranges_draws or 0)
        years = fr(money.plan.horizon_years)
        plants = _("Plants paid back in {years} years: {often}.").format(years=years, often=often)
    return " ".join(filter(None, [drawn_text(view), metered(view), plants, question]))
