"""The verdict of page 1: whether to share, and whether this folder is ready to be decided on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from gettext import gettext as _

from acc.accounts.person_values import more_than
from acc.i18n import semicolons
from acc.result.outcomes import MemberOutcome, Outcomes
from acc.sides import Side, loses, side
from reports.format.gains import connected_losers_of
from reports.format.labels import capital, key_title, lowered
from reports.format.money import euros
from reports.format.numbers import fr, listed
from reports.format.palette import Tone
from reports.format.wording import sentence
from reports.nodes.tree import Callout
from reports.sentences.losers import late_text, who_loses
from reports.sentences.money import band
from reports.study import Objection, objections
from reports.view import quantities
from reports.view.view import View

MOST_NAMED = 2
"""Members named beside their count, on a line to be read at once."""


class Reply(StrEnum):
    """What page 1 answers."""

    YES = "yes"
    NOT_YET = "not-yet"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """What a verdict rests on, EUR.

    Attributes:
        value_eur: of all members over the plan, of the period without one; None where it is unknown.
        most_costly_eur: the same with connections at their upper figure.
        sharing_eur: the part of it that sharing adds; None where it is unknown.
        is_costed: whether what the plants cost is counted, their connections too, as far as it matters.
        losers: members who lose, in the period or over the plan.
        cover_ratio: mean cover of the loan; None without one.
        keeps_key: whether the key of the folder is the one that the criteria of the group choose.
        against: what studies that are kept say against the folder; `is_sharing` where against sharing itself.
    """

    value_eur: float | None
    most_costly_eur: float | None = None
    sharing_eur: float | None = None
    is_costed: bool = True
    losers: int = 0
    cover_ratio: float | None = None
    keeps_key: bool = True
    against: tuple[Objection, ...] = ()


def reply(grounds: Grounds) -> Reply:
    """Return the verdict on a lawful operation: that of the first row that holds.

    | row | verdict |
    | --- | --- |
    | the value of all members is not known | unknown |
    | sharing takes something away, or a study finds a choice without sharing better | no |
    | all together lose, and sharing adds nothing that is known | no |
    | all together lose though sharing adds; or lose where connections cost their upper figure | not yet |
    | a cost of the plants is not known | not yet |
    | somebody loses, in the first year or over the plan | not yet |
    | the loan is not covered on average | not yet |
    | the criteria of the group choose another key, a study another way to share | not yet |
    | none of these | yes |
    """
    value = grounds.value_eur
    if value is None:
        return Reply.UNKNOWN
    if loses(grounds.sharing_eur) or any(objection.is_sharing for objection in grounds.against):
        return Reply.NO
    if loses(value) and side(grounds.sharing_eur) is not Side.GAINS:
        return Reply.NO
    is_ready = grounds.is_costed and grounds.keeps_key and not (grounds.losers or grounds.against)
    is_paid = not loses(value) and not loses(grounds.most_costly_eur) and not is_short(grounds.cover_ratio)
    return Reply.YES if is_ready and is_paid else Reply.NOT_YET


def is_short(cover_ratio: float | None) -> bool:
    """Return whether a loan is printed as covered by less than its annuity."""
    return cover_ratio is not None and round(cover_ratio, 2) < 1.0  # nan is no loan


def grounds_of(view: View) -> Grounds:
    """What the verdict on an operation rests on."""
    outcomes, money = view.outcomes, view.result.money
    together, plan = outcomes.together, view.plan
    proposal, has_plan = view.result.proposal, outcomes.plan_years is not None
    sharing_eur = more_than(together.plan_eur_ht, together.without_sharing_plan_eur_ht)
    return Grounds(
        value_eur=together.plan_eur_ht if has_plan else together.gain_eur_ht,
        most_costly_eur=together.connected_plan_eur_ht,
        sharing_eur=sharing_eur if has_plan else together.sharing_eur_ht,
        is_costed=not view.running or (plan is not None and not plan.connection_unbounded_ids),
        losers=len({member.id for member in (*outcomes.losers, *outcomes.losers_over_plan)}),
        cover_ratio=None if money is None else quantities.covers(money.plans, outcomes)[0].value,
        keeps_key=proposal is None or proposal.keeps_folder or not view.result.scenario.has_criteria,
        against=tuple(objections(view.result)),
    )


TONES: dict[Reply, Tone] = {
    Reply.YES: "shared_dark",
    Reply.NOT_YET: "sun_text",
    Reply.NO: "worse",
    Reply.UNKNOWN: "sun_text",
}


def verdict(view: View) -> Callout:
    """Return the verdict in a word; what is gained, or what speaks against it; what is not sure."""
    grounds = grounds_of(view)
    answer = reply(grounds)
    against = [text for text in _against(view, grounds) if text]
    doubts = [text for text in _doubts(view, grounds) if text]
    yes = _("Yes, with reserves.") if doubts or view.outcomes.losers_late else _("Yes.")
    not_yet = _("Yes to sharing, not yet to this folder.")
    if side(grounds.sharing_eur) is not Side.GAINS:
        not_yet = _("Not yet.")
    titles = {
        Reply.YES: yes,
        Reply.NOT_YET: not_yet,
        Reply.NO: _("No."),
        Reply.UNKNOWN: _("No answer yet."),
    }
    reasons = against or ([_gained(view)] if answer is Reply.YES else [])
    if against and not grounds.losers:
        doubts = [*late_text(view.outcomes, lambda members: _names(view, members)), *doubts]
    parts = [semicolons(reasons), semicolons(doubts)]
    text = " ".join(f"{capital(part)}." for part in parts if part)
    return Callout(titles[answer], text, look="answer", tone=TONES[answer])


def _gained(view: View) -> str:
    """What all gain, and who loses: nobody."""
    outcomes = view.outcomes
    members = sentence("members", len(outcomes.known))
    if outcomes.plan_years is None:
        gain = quantities.gain(outcomes).as_(view.eur_writer)
        return sentence("verdict-gain", members=members, gain=gain, losers=losers_of(view, outcomes))
    words = {"members": members, "years": fr(outcomes.plan_years), "losers": losers_of(view, outcomes)}
    return sentence("verdict-value", value=quantities.value(outcomes).as_("k€"), **words)


def _against(view: View, grounds: Grounds) -> list[str]:
    """What keeps from deciding on this folder, the heaviest first."""
    outcomes, money = view.outcomes, view.result.money
    if grounds.value_eur is None:
        known = money is not None and bool(outcomes.known)
        return [_("the value is not known of all members") if known else _("euros are not computed")]
    value, costly = quantities.value_ends(outcomes)
    years = fr(outcomes.plan_years or 0)
    texts = []
    if loses(grounds.sharing_eur):
        texts.append(_("without sharing, everybody together would have more"))
    if loses(grounds.value_eur) and outcomes.plan_years is not None:
        text = _("all members together have {value} over {years} years, works paid")
        texts.append(text.format(value=value.as_("k€"), years=years))
    elif loses(grounds.most_costly_eur):
        text = _("if the connection costs {eur}, all members together have {value}")
        words = {"eur": euros(outcomes.connection_more_eur_ht), "value": costly.as_("k€") if costly else ""}
        texts.append(text.format(**words))
    if not grounds.is_costed:
        count = 0 if view.plan is None else len(view.plan.connection_unbounded_ids)
        texts.append(sentence("quote-missing", count) if count else _("what the plants cost is not written"))
    if grounds.losers:
        lose = losers_of(view, outcomes)
        among = sentence("among-all", count=quantities.members(outcomes), losers=lose)
        texts.append(lose if view.reader is None else among)
    if is_short(grounds.cover_ratio) and money is not None:
        part = quantities.covers(money.plans, outcomes)[0].as_("%")
        texts.append(_("the loan is covered at {part} only").format(part=part))
    if not grounds.keeps_key and view.result.proposal is not None:
        title = lowered(key_title(view.result.proposal.name))
        texts.append(_("the group’s criteria choose another key, “{title}”").format(title=title))
    return [*texts, *(objection.text for objection in grounds.against)]


def _doubts(view: View, grounds: Grounds) -> Iterator[str]:
    """Yield what is not sure of it, said beside any reply."""
    outcomes, plan, status = view.outcomes, view.plan, view.result.status
    if grounds.value_eur is None:
        return
    if status.on_derogation:
        yield _("on condition that the derogation is granted")
    if status.undecided:
        yield _("on condition that what is undecided of the law holds")
    drawn = band(view, "everybody_npv_eur_ht") if plan is not None else outcomes.range_eur_ht
    if drawn is not None and loses(drawn[0]) and not loses(grounds.value_eur):
        yield _("1 chance in 10 or more that all together lose")
    if not loses(grounds.most_costly_eur):
        yield connected_losers_of(outcomes)
    if unknown := len(outcomes.members) - len(outcomes.known):
        yield sentence("verdict-uncounted", unknown)
    if plan is not None and loses(plan.npv_eur_ht) and not loses(grounds.value_eur):
        yield _("the plants alone do not pay: bills do")


def losers_of(view: View, outcomes: Outcomes) -> str:
    """Number of losers in the first year and over the plan, with the names that may be told."""
    return who_loses(view.outcomes, outcomes, lambda members: _names(view, members))


def _names(view: View, members: Sequence[MemberOutcome]) -> str:
    """Return the names of some members after their count; empty where there are many, or one is not named."""
    if len(members) > MOST_NAMED or not view.named_members.keys() >= {member.id for member in members}:
        return ""
    return _(": ") + listed([member.name for member in members])
