"""What is proposed on page 1 (plants, price and fees, key, what is shared), and what is asked of whom."""

from collections.abc import Iterator, Mapping, Sequence
from gettext import gettext as _

from acc.accounts.persons import sole_member
from acc.household_privacy import FIRMS, PUBLIC_BODIES
from acc.keys import KEYS
from acc.keys.rule import EnedisType
from acc.parties import MEMBERSHIP
from acc.sides import NOTHING_EUR
from reports.format.labels import key_title, lowered
from reports.format.money import euros, per_mwh, pmo_fees
from reports.format.numbers import fr, listed, mwh_text, power
from reports.format.wording import sentence
from reports.nodes.tree import Terms, TextCell, TextColumn, TextTable, first_column, table_by_column
from reports.sentences.decision import Kinds, people_text
from reports.sentences.money import is_free
from reports.sentences.questions import Answers
from reports.view import quantities
from reports.view.view import View

MOST_PLANTS = 4
"""Plants named in a line; more are counted."""


def proposed(view: View, answers: Answers = ()) -> Terms:
    """What is proposed: roofs, price and fees; key and what is shared, or the answers to some readers."""
    rows = [(_("Plants"), _plants(view)), (_("Price"), price_terms(view))]
    return Terms((*rows, *(answers or ((_("Key"), _key(view)), (_("Shared"), _shared(view))))))


def _plants(view: View) -> str:
    plants, names = view.running, view.named_members
    owners = {id_: member for member in view.outcomes.members for id_ in member.plant_ids}
    if not plants:
        return _("no plant")
    if len(plants) > MOST_PLANTS:
        total = quantities.peak_power(plants)
        count = len({owners[plant.id].id for plant in plants if plant.id in owners})
        return sentence("plants-of-owners", count, plants=sentence("solar-plants", len(plants)), power=total)
    texts = []
    for plant in plants:
        owner = names.get(owners[plant.id].id) if plant.id in owners else None
        owner = owner if plant.has_producer else _("producer to be named")
        text = f"{view.names[plant.id]}, {power(plant.kwp)}"
        texts.append(f"{text} ({owner})" if owner else text)
    return f"{listed(texts)}."


def price_terms(view: View) -> str:
    """Return the price, for how long, and the fees of the PMO."""
    prices = view.result.scenario.prices
    local, years, fees = prices.local_eur_per_kwh, prices.local_years, pmo_fees(prices)
    if sole_member(view.result.money) is not None:
        return _("nothing is sold: one member holds everything.")
    if is_free(view):
        text = _("0 €/MWh: what is shared is given")
    elif local is None:
        text = _("by plant, buyer or hour, as the annex says") if prices.is_grid else _("not decided")
    elif years is None:
        text = _("{price} without tax; for how long is not written").format(price=per_mwh(local))
    else:
        text = sentence("price-years", years, price=per_mwh(local), years=fr(years))
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
    other = None if proposal is None or proposal.keeps_folder else proposal
    name = other.name if other is not None and view.result.scenario.has_criteria else written.name
    who = f", {sentence(COMPUTED[KEYS[name].enedis])}" if name in KEYS else ""
    text = _("“{key}”{who}.").format(key=lowered(key_title(name)), who=who)
    if other is None:
        return text
    more = other.more(other.index)
    gap = euros(more) if other.in_euros else mwh_text(more)
    if name != written.name:
        return f"{text} " + sentence("folder-key", key=lowered(written.title), gap=gap)
    if not other.in_euros or not more > NOTHING_EUR:
        return text
    return f"{text} " + sentence("other-key", key=lowered(key_title(other.name)), gap=gap)


def _shared(view: View) -> str:
    name = "shared-and-rest-left" if view.has_own_use else "shared-and-rest"
    return sentence(
        name,
        energy=quantities.shared(view.result, view.scale),
        period=view.period,
        part=quantities.shared_of_need(view.result),
        injected=quantities.shared_of_injected(view.result),
    )


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
    counts = [signed.get(name, 0) for _who, _what, name in acts]
    return table_by_column(
        "asked",
        (TextColumn(_("Who"), 46, "left"), [TextCell(who, "name") for who, _what, _name in acts]),
        (first_column(_("To be done")), [what for _who, what, _name in acts]),
        (_("State"), [sentence("agreed", count=fr(n)) if n else _("to do") for n in counts]),
        title=title,
        note=_("Contact: {contact}").format(contact=contact) if contact else "",
    )


def signed_by_row(view: View) -> Mapping[str, int]:
    """Number of members of each row who signed, as `signatures.csv` says: a vote, or an act of membership."""
    signed = {(line.paper, line.who) for line in view.result.scenario.signatures if line.signed}
    counts = dict.fromkeys(("organiser", "public", "others"), 0)
    for member in view.outcomes.members:
        row = "public" if member.kind in PUBLIC_BODIES else "others"
        counts[row] += not signed.isdisjoint({("deliberation", member.id), (MEMBERSHIP, member.id)})
    return counts | {"organiser": int(("statutes", None) in signed)}


def _acts(view: View, kinds: Kinds) -> Iterator[Act]:
    result, members, plan = view.result, view.outcomes.members, view.plan
    public = [member for member in members if member.kind in PUBLIC_BODIES]
    others = [member for member in members if member.kind not in PUBLIC_BODIES]
    if sole_member(result.money) is None and result.scenario.organiser is None:
        yield _("The group"), _("Found the organising legal person (PMO), or choose one"), "organiser"
    if public and kinds in {None, PUBLIC_BODIES}:
        lent = plan is not None and plan.dscr_mean is not None and any(member.plant_ids for member in public)
        request = sentence("asked-of-bodies-lent" if lent else "asked-of-bodies")
        yield people_text(view, public), request, "public"
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
