"""What a plan may be: lawful groups, each paying its own organiser, and what is asked beyond the law."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from acc.rules.largest_group import positions_of
from acc.scenario import Regime
from scenarios.studies.lawful.evaluate import GroupValues, SharingGroup
from scenarios.studies.lawful.law import ORDER, GroupLaw
from scenarios.studies.lawful.model import GroupModel


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanRequest:
    """What is asked of a plan.

    Attributes:
        most: operations, at most.
        no_loser: whether persons who lose are to be as few as can be, before any euro.
        owners_inside: whether the owner of a roof that is shared must have a site there, where it has any.
        regimes: those that may be used.
        without: sites and roofs that stay out, as bits; a roof among them is not built.
    """

    most: int = 4
    no_loser: bool = True
    owners_inside: bool = False
    regimes: tuple[Regime, ...] = ORDER
    without: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class PlanRules:
    """The law and what is asked, for groups; remembered.

    Attributes:
        owned_by: sites of the owner of each roof, as bits; 0 where it has none.
        allowed: regimes found already.
    """

    model: GroupModel
    law: GroupLaw
    request: PlanRequest
    owned_by: tuple[int, ...]
    allowed: dict[SharingGroup, Regime | None] = field(default_factory=dict)

    def regime(self, group: SharingGroup) -> Regime | None:
        """Return the simplest regime of a group that may be founded, None when it may not; money apart."""
        if group not in self.allowed:
            self.allowed[group] = self._regime(group)
        return self.allowed[group]

    def _regime(self, group: SharingGroup) -> Regime | None:
        bits = bits_of_group(self.model, group)
        if bits & self.request.without:
            return None
        for meter in dict.fromkeys(int(self.model.meter_of[roof]) for roof, _power in group.roofs):
            host = self.model.meters.every[meter].host
            if host is not None and not group.sites >> host & 1:
                return None
        if self.request.owners_inside and not all(
            not self.owned_by[roof] or self.owned_by[roof] & group.sites for roof, _power in group.roofs
        ):
            return None
        kwp = sum(self.model.meters.plant(roof, power).kwp for roof, power in group.roofs)
        return self.law.regime(bits, kwp, self.request.regimes)

    def may_create(self, group: SharingGroup, values: GroupValues) -> bool:
        """Return whether a group is lawful and pays its own organiser."""
        return self.regime(group) is not None and values.value(group).sites_eur >= 0.0


def plan_rules(model: GroupModel, law: GroupLaw, plan_request: PlanRequest) -> PlanRules:
    """Build the rules of a plan, with the sites of each roof's owner looked up once."""
    sites_of = [0] * len(model.persons)
    for site, person in enumerate(model.site_person.tolist()):
        sites_of[person] |= 1 << site
    return PlanRules(
        model, law, plan_request, tuple(sites_of[person] for person in model.roof_person.tolist())
    )


def bits_of_group(model: GroupModel, group: SharingGroup) -> int:
    """Return the sites and the roofs of a group as one set."""
    bits = group.sites
    for roof, _power in group.roofs:
        bits |= 1 << model.sites + roof
    return bits


def sites_of(group: SharingGroup) -> Sequence[int]:
    """Return the columns of the sites of a group."""
    return positions_of(group.sites)
