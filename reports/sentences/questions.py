"""The questions of each reader, answered on the first page of its note: a line each, in its own words.

What the folder does not hold is said to be missing, with what to fill in.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from gettext import gettext as _
from math import nan
from typing import Literal

from acc.household_privacy import LEAST_HOUSEHOLDS
from acc.i18n import semicolons
from acc.plan.values import Plan
from acc.result.outcomes import MemberOutcome
from acc.sides import loses
from reports.format.gains import payback_quantity
from reports.format.money import pmo_fees
from reports.format.numbers import fr, listed
from reports.format.wording import sentence, text_of
from reports.nodes.tree import Group, Heading, Terms
from reports.sentences.holdings import own_price
from reports.view import quantities
from reports.view.privacy import LEAST_CLOSED
from reports.view.selection import own_homes, own_person
from reports.view.view import View

Answers = Sequence[tuple[str, str]]
"""A question in a few words, and its answer."""
MOST_NAMED, MOST_OWNERS = 6, 3
"""Others, and owners, named in a line; more are counted."""
MONTHS = 12.0


def questions(answers: Answers, level: Literal[2, 3] = 2) -> Group:
    """Return the answers under their title."""
    return Group((Heading(_("Your questions"), level), Terms(tuple(answers))), name="questions")


def missing(what: str) -> str:
    """Return that the folder does not say something: a text that tells who says it, in which cell."""
    return _("not filled in: {what}.").format(what=what)


def answers_to_body(view: View, ids: Collection[str]) -> Answers:
    """Answers to a mayor that no table of page 1 tells."""
    return (
        (_("Paid back"), _paid_back(view, ids)),
        (_("With you"), others_text(view, ids)),
        (_("If you wait"), _waiting(view, ids)),
    )


def answers_to_firm(view: View, _ids: Collection[str]) -> Answers:
    """Answers to a workshop that no table of page 1 tells."""
    return (
        (_("You sign"), _signed(view)),
        (_("To leave"), leaving_text(view)),
        (_("Your supplier"), text_of("supplier-goes-on")),
        (_("Your figures"), sentence("who-sees-figures", least=fr(LEAST_CLOSED), homes=fr(LEAST_HOUSEHOLDS))),
    )


def answers_at_home(view: View) -> Answers:
    """Answers to who lives in a home, on its sheet; a group of homes reads those of one."""
    return (
        (_("A month"), _a_month(view)),
        (_("To pay"), _paid_at_home(view)),
        (_("To leave"), leaving_text(view)),
        (_("Your supplier"), text_of("supplier-goes-on")),
        (_("Who answers"), contact_text(view)),
    )


def contact_text(view: View) -> str:
    """Return whom to ask: of the group, else of the PMO."""
    scenario = view.result.scenario
    of_pmo = None if scenario.organiser is None else scenario.organiser.contact
    contact = scenario.words.contact or of_pmo
    return f"{contact}." if contact else missing(text_of("missing-contact"))


def leaving_text(view: View) -> str:
    """Return how a member leaves: by the words of the folder, else by the notice of the PMO."""
    scenario = view.result.scenario
    notice = None if scenario.organiser is None else scenario.organiser.exit_notice
    if scenario.words.commitments:
        return " ".join(scenario.words.commitments)
    if notice:
        return _("notice to the PMO: {notice}.").format(notice=notice)
    return missing(text_of("missing-notice"))


def others_text(view: View, ids: Collection[str]) -> str:
    """Return who else takes part: those who may be named, then how many more."""
    return people_by_name(view, [member for member in view.outcomes.members if member.id not in ids])


def people_by_name(view: View, members: Sequence[MemberOutcome]) -> str:
    """Return some members by their names as far as they may be, then how many more."""
    named = view.named_members
    names = [named[member.id] for member in members if member.id in named][:MOST_NAMED]
    more = len(members) - len(names)
    if not members:
        return _("nobody.")
    if not names:
        return f"{sentence('members', len(members))}."
    return f"{listed([*names, sentence('others-more', more)] if more else names)}."


def _paid_back(view: View, ids: Collection[str]) -> str:
    money, named, way = view.result.money, view.named_members, view.result.way
    if not view.result.is_lawful and way is not None and way.outlook is not None:
        return sentence("builders-of-plan", len({*way.outlook.investor_ids} & {*ids}))
    if money is None or money.plan is None:
        return missing(text_of("missing-plan"))
    plans = [plan for plan in money.plans if plan.owner in ids]
    if not plans:
        return _("nothing to pay back: you build nothing.")
    texts = [f"{named[plan.owner]}, {payback_text(plan)}" for plan in plans if plan.owner in named]
    if len(texts) < len(plans) or len(texts) > MOST_OWNERS:
        return _("the sheet of each owner tells it.")
    return f"{semicolons(texts)}."


def payback_text(plan: Plan) -> str:
    """Return in how many years plants are paid back, or that they are not within the plan."""
    if plan.payback_years is None:
        return sentence("never-paid-back", years=fr(plan.horizon_years))
    return _("in {years}").format(years=payback_quantity(*quantities.payback(plan)))


def _waiting(view: View, ids: Collection[str]) -> str:
    gain, way = quantities.gain(view.outcomes, ids), view.result.way
    if not view.result.is_lawful and way is not None and way.outlook is not None:
        planned_eur = way.outlook.as_planned.of(ids).gain_eur_ht
        gain = replace(gain, value=nan if planned_eur is None else planned_eur, given="lawful plan")
    if not gain.is_known:
        return missing(text_of("missing-prices"))
    if loses(gain.value):
        return _("nothing is lost: the first year costs you money.")
    return sentence("a-year-later", gain=gain.as_("€"))


def _signed(view: View) -> str:
    prices = view.result.scenario.prices
    if prices.local_years is None:
        parts = _("membership of the PMO, the purchase, access to your meter;")
        return f"{parts} {missing(text_of('missing-local-years'))}"
    return sentence("signed-for-years", prices.local_years, years=fr(prices.local_years))


def _a_month(view: View) -> str:
    mine, at_home = own_person(view), own_homes(view)
    if mine is None or at_home is None:
        return missing(text_of("missing-own-prices"))
    gain = quantities.gain_with_vat(view.outcomes, mine, at_home)
    if not gain.is_known or not view.is_year:
        return missing(text_of("missing-year"))
    of_month = replace(gain, value=gain.value / MONTHS, given="a month", unit="|€| tenths")
    return sentence("a-month-more" if loses(gain.value) else "a-month-less", amount=of_month)


def _paid_at_home(view: View) -> str:
    prices, mine = view.result.scenario.prices, own_person(view)
    local, fees = prices.local_eur_per_kwh, pmo_fees(prices)
    if mine is not None and mine.plant_ids:
        return _("your roof: its line is below.")
    if local is None:
        return missing(text_of("missing-local-price"))
    text = sentence("paid-at-home", price=own_price(view, local))
    return f"{text} " + _("Fees of the PMO: {fees}.").format(fees=fees) if fees else text
