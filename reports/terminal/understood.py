"""The picture that `acc check` ends with: what was understood of a folder, site by site or by kind."""

from collections import Counter
from collections.abc import Iterator, Mapping
from gettext import gettext as _
from gettext import ngettext

from acc.result.result import Result
from acc.sites import Grade
from reports.data.understood import Understood, understood
from reports.format.labels import GRADES, KINDS, capital
from reports.format.numbers import EnergyScale, fr, listed, plants_count, power, scale_of
from reports.nodes.tree import Heading, Node, Paragraph, TextTable
from reports.terminal.blocks import some_of, text_table

FEW = 15
"""Sites at most that have a line each."""


def what_was_understood(result: Result) -> Iterator[Node]:
    """Yield sites, MWh and curves, then plants, members and places."""
    read, scale = understood(result), scale_of(result.energy)
    served = bool(result.energy.own_use_kwh.any())
    need = (_("Need left {unit}") if served else _("Need {unit}")).format(unit=scale.name)
    yield Heading(_("What was understood"))
    if len(read.sites) <= FEW:
        yield _by_site(read, scale, need)
    yield _by_kind(read, scale, need)
    plants = _("{count}, {kwp}, {energy} injected. Producers: {owners}.")
    own = some_of(sorted(_named(result, id_) for id_ in read.producers)) or _("nobody")
    energy = scale.text(read.production_kwh)
    count = plants_count(read.plants)
    words = {"count": capital(count), "kwp": power(read.kwp), "energy": energy, "owners": own}
    yield Paragraph(plants.format(**words))
    sites_text = ngettext(
        "Members: {persons}. Places: {placed} of {count} known, in {communes}.",
        "Members: {persons}. Places: {placed} of {count} known, in {communes}.",
        read.placed,
    )
    where = [f"{name} ({count})" for name, count in read.communes.items()][:6]
    communes = listed(where) or _("no commune named")
    counts = {"persons": read.members, "placed": read.placed, "count": read.places}
    yield Paragraph(sites_text.format(**counts, communes=communes))


def _by_site(summary: Understood, scale: EnergyScale, need: str) -> TextTable:
    rows = [
        (
            site.name,
            _(KINDS[site.kind]),
            scale.plain(site.consumption_kwh),
            _(GRADES[site.grade]),
            (site.commune or _("placed")) if site.is_placed else _("not known"),
        )
        for site in summary.sites
    ]
    return text_table([_("Site"), _("Kind"), need, _("Curve"), _("Place")], rows, words=(0, 1, 3, 4))


def _by_kind(summary: Understood, scale: EnergyScale, need: str) -> TextTable:
    rows = [
        (
            _("Together") if row.kind is None else _(KINDS[row.kind]),
            fr(row.sites),
            scale.plain(row.consumption_kwh),
            _curves(row.grades),
        )
        for row in summary.kinds
    ]
    strong = {place for place, row in enumerate(summary.kinds) if not row.kind}
    return text_table([_("Kind"), _("Sites"), need, _("Curves")], rows, words=(0, 3), strong=strong)


def _curves(grades: Mapping[Grade, int]) -> str:
    """Sources of the curves: "profile (12), measured (3)"."""
    words: Counter[str] = Counter()
    for grade, count in grades.items():
        words[_(GRADES[grade])] += count
    return ", ".join(f"{word} ({count})" for word, count in words.most_common())


def _named(result: Result, name: str) -> str:
    known = {site.id: site.name for site in result.scenario.participants}
    known |= {person.id: person.name for person in result.scenario.persons or ()}
    return known.get(name, name)
