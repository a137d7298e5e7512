"""What the group's criteria choose, in words: the same sentences on every screen and in every document."""

from collections.abc import Callable
from dataclasses import dataclass
from gettext import gettext as _
from gettext import ngettext

from acc.i18n import semicolons
from acc.result.proposal import Proposal
from acc.sides import NOTHING_EUR
from reports.format.local_prices import People
from reports.format.measures import ranked_words
from reports.format.money import eur_text, per_mwh
from reports.format.numbers import fr, mwh_text


def key_words(title: str, *, is_written: bool, is_chosen: bool) -> str:
    """Return a key with its mark: the one that the criteria choose is proposed, and no other one."""
    if is_chosen:
        return _("{key} (proposed)").format(key=title)
    return _("{key} (of the folder)").format(key=title) if is_written else title


def unweighed_price(local_eur_per_kwh: float | None) -> str:
    """Return that keys were weighed at one local price; empty where none is decided."""
    text = _("Keys were weighed at the local price of the folder, {price}; no other price was.")
    return text.format(price=per_mwh(local_eur_per_kwh)) if local_eur_per_kwh else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalWords:
    """A proposal as it is told to somebody.

    Attributes:
        title: what a case is called, by name.
        people: names or counts some persons, by id; empty where their number says enough.
        is_year: whether the period is a year.
    """

    proposal: Proposal
    title: Callable[[str], str]
    people: People
    is_year: bool

    @property
    def sentences(self) -> list[str]:
        """What the criteria choose and what it changes, then what another aim would choose."""
        most = self.proposal.most
        return [self.chosen, *([] if most is None else [self.left(most)])]

    @property
    def chosen(self) -> str:
        """What the criteria choose; where that is not what is written, what it changes."""
        proposal = self.proposal
        if proposal.keeps_folder:
            return _("The group’s criteria keep “{title}”.").format(title=self.title(proposal.name))
        text = _("The group’s criteria choose “{title}”: {change}.")
        return text.format(title=self.title(proposal.name), change=self._change(proposal.index))

    def left(self, case: int) -> str:
        """Return a case that the criteria leave, and what it would change."""
        text = _("They leave “{title}”: {change}.")
        return text.format(title=self.title(self.proposal.names[case]), change=self._change(case))

    @property
    def evener(self) -> str:
        """Which case would only serve more evenly than what is written; empty where none would."""
        proposal, case = self.proposal, self.proposal.result.equal
        if case is None:
            return ""
        text = _(
            "“{title}” would bring no more, only more evenness (Gini {gini} for {first}): the folder stays."
        )
        return text.format(
            title=self.title(proposal.names[case]),
            gini=fr(proposal.ginis[case], 2),
            first=fr(proposal.ginis[0], 2),
        )

    def _change(self, case: int) -> str:
        """Change of all from the folder to a case, and its losers."""
        return semicolons(filter(None, [self._more(case), self._losers(case)]))

    def _more(self, case: int) -> str:
        more = self.proposal.more(case)
        if abs(more) <= NOTHING_EUR:
            return _("as much for everybody")
        if not self.proposal.in_euros:
            text = _("{amount} more shared") if more > 0.0 else _("{amount} less shared")
            return text.format(amount=mwh_text(abs(more)))
        text = (
            _("{amount} more for everybody {when}") if more > 0.0 else _("{amount} less for everybody {when}")
        )
        when = ranked_words(self.proposal.plan_years, is_year=self.is_year)
        return text.format(amount=eur_text(abs(more)), when=when)

    def _losers(self, case: int) -> str:
        if not self.proposal.in_euros:
            return ""
        ids, before = self.proposal.loser_ids[case], len(self.proposal.loser_ids[0])
        if not ids:
            return _("nobody would lose")
        text = ngettext("{count} member would lose", "{count} members would lose", len(ids))
        if len(ids) != before:
            text = ngettext(
                "{count} member would lose in place of {before}",
                "{count} members would lose in place of {before}",
                len(ids),
            )
        losers, who = text.format(count=fr(len(ids)), before=fr(before)), self.people(ids)
        return f"{losers}{_(': ')}{who}" if who else losers
