"""What a row holds when it is unfolded: the sites of a member, its plants; who is not in, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from gettext import gettext as _

from acc.accounts.persons import holdings
from acc.result.outcomes import Outcomes, SiteOutcome
from acc.result.result import Result
from acc.rules.check import Check
from acc.scenario import Scenario
from acc.sides import Side
from reports.format.gains import before_investment
from reports.format.numbers import listed, plants_count
from reports.format.wording import sentence
from reports.page.amounts import (
    Amounts,
    gap,
    parts_a_year,
    printed_text,
    signed_text,
)
from reports.page.law import obstacle_text
from reports.page.member_outcome import MemberSituation, Moved, homes_name
from reports.page.names import CLOSED_ROW, HOMES_ROW, Names
from reports.page.rows import Line


@dataclass(frozen=True)
class Unfolding:
    """The members of a folder, whoever is in, beside a state.

    Attributes:
        now, before: what the state and the kept one bring whom.
        obstacles: of the sites that are not in: the rule that would break, None where it may come.
    """

    result: Result
    kept: Result
    now: Outcomes
    before: Outcomes
    everyone: Scenario
    names: Names
    obstacles: Mapping[str, Check | None]

    @cached_property
    def sites_of(self) -> Mapping[str, tuple[str, ...]]:
        """Ids of the sites of each member, those that are not in too."""
        people = self.everyone.participants
        own = (holding for holding in holdings(self.everyone) if holding.sites)
        return {holding.id: tuple(people[n].id for n in holding.sites) for holding in own}

    @cached_property
    def active(self) -> frozenset[str]:
        """Sites that the folder has in the operation."""
        return frozenset(site.id for site in self.everyone.participants if site.active)

    @cached_property
    def sites_now(self) -> Mapping[str, SiteOutcome]:
        """What sharing changes at each site in the state."""
        return {site.id: site for site in self.now.sites}

    @cached_property
    def sites_kept(self) -> Mapping[str, SiteOutcome]:
        """The same in the kept scenario."""
        return {site.id: site for site in self.before.sites}

    def unfolded(
        self, change: Moved, line: Line, printed: Sequence[Amounts], printed_eur: float | None
    ) -> Line:
        """Return a row with its box, its sites, its plants, whose amounts are `printed`: see `parts`.

        Args:
            printed_eur: what it gains, as it is printed.
        """
        member = change.situation
        if member.is_pooled:
            own = member.outcome.site_ids
            return replace(line, box=" ".join(own), note=_hidden(member, self._inside(member.row)))
        own = self._own(member)
        boxed = [site for site in own if site in self.active or site in member.outcome.site_ids] or list(own)
        row = replace(line, box=" ".join(boxed), is_in=set(boxed) <= set(member.outcome.site_ids))
        if len(own) + len(member.outcome.plant_ids) <= 1:
            return row
        sites = tuple(
            self._site(site, amounts, is_in=site in member.outcome.site_ids)
            for site, amounts in zip(own, printed, strict=False)
        )
        plants = (self._plants(change, printed[-1]),) if member.outcome.plant_ids else ()
        note = self._stay(member) or self._two_parts(member, printed_eur)
        return replace(row, sites=(*sites, *plants), note=note)

    def _two_parts(self, member: MemberSituation, printed_eur: float | None) -> str:
        """Return the two parts of a gain of a year; empty where its roofs bring nothing alone."""
        parts = parts_a_year(self.now, [member.id], printed_eur)
        return f"{parts}, {before_investment('', is_taxed=member.outcome.is_taxed)}" if parts else ""

    def _own(self, member: MemberSituation) -> tuple[str, ...]:
        """Ids of its sites, those that are not in too."""
        return self.sites_of.get(member.id, member.outcome.site_ids)

    def parts(self, change: Moved) -> tuple[Amounts, ...]:
        """Amounts of each of a member's sites, then of its plants where it has some; none of a shared row.

        What its plants bring is its gain without what its sites save.
        """
        member = change.situation
        own = self._own(member)
        if member.is_pooled or len(own) + len(member.outcome.plant_ids) <= 1:
            return ()
        sites = [self._site_amounts(site) if site in member.outcome.site_ids else Amounts() for site in own]
        if not member.outcome.plant_ids:
            return tuple(sites)
        eur, kept_eur = _gain_not_saved(member), _gain_not_saved(change.kept) if change.kept else None
        return (*sites, Amounts(None, eur, gap(eur, kept_eur)))

    def _site_amounts(self, site: str) -> Amounts:
        now = self.sites_now[site]
        eur, kept_eur = _a_year(now, self.now), _a_year(self.sites_kept.get(site), self.before)
        return Amounts(now.received_kwh / self.now.period_years / 1000.0, eur, gap(eur, kept_eur))

    def _inside(self, row: str) -> str:
        """Members of the anonymous row, if it is that one."""
        if row != CLOSED_ROW:
            return ""
        ids = [member.id for member in self.now.members if self.names.row(member.id) == row]
        inside = [self.names.members.get(id_, id_) for id_ in ids]
        return sentence("counted-together", names=listed(inside))

    def _site(self, site: str, amounts: Amounts, *, is_in: bool) -> Line:
        name = self.names.sites[site]
        if not is_in:
            note = obstacle_text(self.obstacles.get(site), self.names)
            return Line(site, name, box=site, is_in=False, note=note)
        return Line(
            site,
            name,
            mwh=printed_text(amounts.received_mwh),
            eur=printed_text(amounts.gain_eur),
            gap=signed_text(amounts.gap_eur),
            loses=self.sites_now[site].side is Side.LOSES,
            box=site,
        )

    def _plants(self, change: Moved, amounts: Amounts) -> Line:
        """Income of a member's plants."""
        name = self._named(change.situation.outcome.plant_ids)
        return Line("", name, eur=printed_text(amounts.gain_eur), gap=signed_text(amounts.gap_eur))

    def _named(self, plants: Sequence[str]) -> str:
        if len(plants) > 2:
            return plants_count(len(plants))
        return listed([self.names.sites.get(plant, plant) for plant in plants])

    def _stay(self, member: MemberSituation) -> str:
        """Future of the plants of a member whose sites are all out."""
        if member.outcome.site_ids or not self.sites_of.get(member.id):
            return ""
        ids = member.outcome.plant_ids
        return sentence("plants-stay", len(ids), plants=self._named(ids))

    def apart(self, moveds: Sequence[Moved]) -> tuple[Line, ...]:
        """Return the members of whom nothing is in: the note says what stands in their way."""
        here = {change.situation.id for change in moveds}
        out = {id_: sites for id_, sites in self.sites_of.items() if id_ not in here}
        homes = {id_: sites for id_, sites in out.items() if id_ in self.names.homes}
        rows = [self._out(id_, sites) for id_, sites in out.items() if id_ not in homes]
        if homes:
            name = homes_name(sum(self.names.homes[id_] for id_ in homes))
            rows.append(self._out(HOMES_ROW, tuple(s for own in homes.values() for s in own), name))
        return tuple(rows)

    def _out(self, member: str, sites: Sequence[str], name: str = "") -> Line:
        checks = [self.obstacles.get(site) for site in sites]
        note = obstacle_text(next((check for check in checks if check is not None), None), self.names)
        note += self._removed_plants(sites)
        is_alone = bool(name) or len(sites) < 2
        own = () if is_alone else tuple(self._site(site, Amounts(), is_in=False) for site in sites)
        return Line(
            member,
            name or self.names.members.get(member, member),
            box=" ".join(sites),
            is_in=False,
            sites=own,
            note=note,
        )

    def _removed_plants(self, sites: Sequence[str]) -> str:
        """Plants that left with these sites: those behind their meters."""
        here = {plant.id for plant in self.result.scenario.plants}
        before = self.kept.scenario.plants
        ids = [plant.id for plant in before if plant.behind in sites and plant.id not in here]
        if not ids:
            return ""
        return _("; {plants} left too: behind its meter").format(plants=self._named(ids))


def _a_year(site: SiteOutcome | None, of: Outcomes) -> float | None:
    """Yearly saving of a site, EUR; None where it is out, or unknown."""
    return None if site is None or site.saving_eur_ht is None else site.saving_eur_ht / of.period_years


def _gain_not_saved(member: MemberSituation) -> float | None:
    """Return the gain of a member that its sites do not save."""
    return None if member.eur is None else member.eur - member.outcome.saving_eur_ht / member.period_years


def _hidden(member: MemberSituation, inside: str) -> str:
    """Members of a shared row, and reason why it has no figure."""
    if member.row == CLOSED_ROW or not member.is_hidden:
        return inside
    return _("Fewer than ten homes: their figures are not shown.")
