"""Where sites stand so close together that no bound is had: what a search starts from, and how long it is."""

from collections.abc import Sequence

from acc.rules.largest_group import positions_of
from scenarios.studies.lawful.evaluate import SharingGroup
from scenarios.studies.lawful.labels import LOSES_EUR, OUT, Labels, Scorer, no_operation
from scenarios.studies.lawful.law import LawfulPlace
from scenarios.studies.lawful.meters import NOT_BUILT
from scenarios.studies.lawful.model import GroupModel
from scenarios.studies.lawful.search import Effort
from scenarios.studies.lawful.worth_of_kwh import KwhWorth

MOST_COLUMNS = 6_000
"""Choices of a programme that is solved within minutes."""

MOST_TRIED = 100
"""Places that a start looks at, for each of its operations."""

ROUNDS = 4
"""Times that those who lose leave a start, each of which changes what others have."""

WORK = 5e9
"""Curves read in a search, sites times steps: half a minute from each start at most."""


def columns_of(places: Sequence[LawfulPlace], worth: KwhWorth) -> int:
    """Number of columns of a programme."""
    sites = sum(place.bits.bit_count() for place in places)
    return sites + len(places) * sum(len(states) for states in worth.states)


def bounded(effort: Effort, sites: int, steps: int) -> Effort:
    """Return an effort that takes so long at most; `steps` are the sums of steps looked at."""
    part = min(1.0, WORK / (sites * steps * (effort.first + 4.0 * effort.last)))
    return Effort(first=int(part * effort.first), last=int(part * effort.last), is_bounded=True)


def greedy(scorer: Scorer, place_bits: Sequence[int]) -> Labels:
    """Return the plan that founds the operation which brings most, then the next with who is left."""
    model, most = scorer.model, scorer.rules.request.most
    labels, banned = no_operation(model, scorer.rules.request.without), scorer.rules.request.without
    tried = place_bits[:: 1 + len(place_bits) // MOST_TRIED]
    here = scorer.scored(scorer.mended(labels))
    for label in range(most):
        opened = [_founded(model, labels, bits & ~banned, label, scorer) for bits in tried]
        plans = [plan for plan in map(scorer.scored, opened) if plan is not None]
        best = max(plans, key=lambda plan: plan.score, default=None)
        if best is None or (here is not None and best.score <= here.score):
            break
        here, labels = best, best.labels
        banned |= sum(1 << at for at, own in enumerate(labels.label) if own == label)
    return labels


def _founded(model: GroupModel, labels: Labels, bits: int, label: int, scorer: Scorer) -> Labels:
    """Return labels with an operation of some units, its roofs at their whole power while it is lawful."""
    founded, joined = labels.copy(), 0
    for at in positions_of(bits):
        if at < model.sites or model.holder[at - model.sites] == at:
            founded.label[at] = label
            joined |= 1 << at
    roofs = [m for m in range(model.roofs) if joined >> model.holder[m] & 1]
    group = SharingGroup(joined & (1 << model.sites) - 1, ())
    for roof in roofs:
        larger = SharingGroup(group.sites, (*group.roofs, (roof, 0)))
        if scorer.rules.regime(larger) is not None:
            group, founded.power[roof] = larger, 0
        elif model.holder[roof] >= model.sites:
            founded.label[model.holder[roof]] = OUT
        elif model.may_leave[roof]:
            founded.power[roof] = NOT_BUILT
    for site in _losing(scorer, group):
        founded.label[site] = OUT
    return founded


def _losing(scorer: Scorer, group: SharingGroup) -> list[int]:
    """Return the sites of a group by which their persons would lose, roofs behind their meters apart."""
    model, losers = scorer.model, list[int]()
    hosts = {model.holder[roof] for roof, _power in group.roofs}
    for _round in range(ROUNDS if group.roofs else 0):
        eur = scorer.values.value(group).persons_eur.min(axis=0)[model.site_person]
        lost = [n for n in positions_of(group.sites) if eur[n] < -LOSES_EUR and n not in hosts]
        if not lost:
            break
        losers += lost
        group = SharingGroup(group.sites & ~sum(1 << n for n in lost), group.roofs)
    return losers
