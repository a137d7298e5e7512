"""Establishments of SIRENE as needs: natural persons and public bodies left out, kWh a job fitted here.

INSEE, fichier StockEtablissement, its legal units and its places, each with the system of its coordinates
(descriptions of 2024 to 2026). Who is a natural person is said by `categorieJuridiqueUniteLegale` (1000) of
the legal unit, or by its names. The staff of a public body sits at its seat, and says nothing of a meter.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from gettext import gettext as _
from gettext import ngettext
from math import exp, log, sqrt
from statistics import median, pstdev

from acc.arrays import CellValue
from acc.i18n import N_, decimal, grouped
from acc.problem import InputError, Problem
from acc.territory.result import Known
from profiles.data.sourced_figures import read_figures
from scenarios.entry.columns.csv_tables import Row
from scenarios.studies.territory.lists.activities import (
    OPEN_FIGURES,
    activity_of,
    jobs_of,
    kwh_of,
    read_codes,
    revision_2,
    spreads,
)
from scenarios.studies.territory.lists.addresses import Key
from scenarios.studies.territory.lists.kinds import Tables, insee_in, number_in, text_in, year_in
from scenarios.studies.territory.lists.needs import (
    Degrees,
    NeedsRead,
    SiteNeed,
    address_key,
    commune_cells,
    degrees_in,
)

OPEN, OPEN_TO_ALL = "A", "O"
COMMUNE_CENTRE = "33"
"""Quality of a place that is the middle of the commune: no distance may be measured from it."""

NATURAL_PERSON = "1"
BODIES = [(row["start"], row["kind"]) for row in read_codes("legal_categories.csv")]
"""Kinds of bodies by the first digits of the legal category (INSEE, catégories juridiques, 2023)."""

PUBLIC = ("4", "7")
"""First digits of public bodies: their staff is counted at the seat, wherever it works."""

LEFT = {
    "closed": N_("closed"),
    "person": N_("natural persons, or not open to all"),
    "body": N_("public bodies, whose staff says no kWh: buildings and bills do"),
    "jobs": N_("without employees, or their number unknown"),
    "profile": N_("of an activity without a profile of load"),
    "industry": N_("of industry, of which no kWh a job is known: ask for a bill"),
    "place": N_("without commune"),
    "measured": N_("at an address that is measured"),
}
"""Why an establishment is left out, counted in the output."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Establishment:
    """An establishment: its line, its codes, its jobs (None where unknown), its address and its place."""

    row: Row
    siret: str
    naf: str
    edition: str
    jobs: float | None
    category: str
    company_name: str
    insee: str
    address: str
    place: Degrees | None
    is_central: bool

    @property
    def division(self) -> str:
        """Its division in revision 2 of the NAF."""
        return revision_2(self.naf, self.edition)[:2]

    @property
    def kind(self) -> str:
        """Kind of its body: a company's where its category says no other."""
        return next((kind for start, kind in BODIES if self.category.startswith(start)), "company")

    @property
    def is_public(self) -> bool:
        """Whether it is of a public body."""
        return self.category.startswith(PUBLIC)

    def left_out(self) -> str:
        """Reason why it is no site, empty where it may be one; whether its kWh are known is not looked at."""
        if text_in(self.row, "state") not in {OPEN, ""}:
            return "closed"
        if text_in(self.row, "diffusion") not in {OPEN_TO_ALL, ""} or self._is_person():
            return "person"
        if not self.insee and not text_in(self.row, "commune"):
            return "place"
        if self.is_public:
            return "body"
        return "profile" if activity_of(self.naf, self.edition) is None else ""

    def _is_person(self) -> bool:
        """Return whether its unit is a natural person: by its category, else as it has no company name."""
        return self.category.startswith(NATURAL_PERSON) if self.category else not self.company_name

    def cells(self) -> dict[str, CellValue]:
        """Cells of a site: what it is, and its commune."""
        activity = activity_of(self.naf, self.edition)
        signs = (text_in(self.row, name) for name in ("sign", "usual_name"))
        name = next(filter(None, (*signs, self.company_name)), self.siret)
        cells: dict[str, CellValue] = {"id": f"siret-{self.siret}", "name": name, "kind": self.kind}
        if activity is not None:
            cells["profile"] = activity.profile
        return cells | commune_cells(self.row, "insee", "commune")


def establishments(tables: Tables) -> Sequence[Establishment]:
    """Return the establishments of all extracts, with the places and the legal units of other files.

    Raises:
        InputError: nothing says who is a natural person; a figure that is none.
    """
    extracts = tables.get("establishment", ())
    placed = {text_in(row, "siret"): row for table in tables.get("position", ()) for row in table.rows}
    units = {text_in(row, "siren"): row for table in tables.get("unit", ()) for row in table.rows}
    problems = []
    for table in extracts:
        columns = {name for row in table.rows for name in row.heads}
        if not units and not columns & {"category", "company_name"}:
            message = _("nothing says who is a natural person: add {column}, or the file of legal units")
            problems.append(Problem(table.name, message.format(column="categorieJuridiqueUniteLegale")))
    if problems:
        raise InputError(problems)
    return [_establishment(row, placed, units) for table in extracts for row in table.rows]


def _establishment(row: Row, placed: Mapping[str, Row], units: Mapping[str, Row]) -> Establishment:
    siret = re.sub(r"\D", "", text_in(row, "siret"))
    place, unit = placed.get(siret), units.get(siret[:9])
    naf, edition = text_in(row, "naf"), text_in(row, "edition")
    if not naf or activity_of(naf, edition) is None:
        # Until 2027 the new code stands beside the old one; then alone.
        newer = text_in(row, "naf_2025")
        naf, edition = (newer, "NAF2025") if newer and not naf else (naf, edition)
    quality = text_in(place, "quality") if place else ""
    parts = [text_in(row, name) for name in ("number", "repeat", "way", "street")]
    return Establishment(
        row=row,
        siret=siret,
        naf=naf,
        edition=edition,
        jobs=jobs_of(text_in(row, "band")),
        category=_known(row, "category") or (_known(unit, "category") if unit else ""),
        company_name=_known(row, "company_name") or (_known(unit, "company_name") if unit else ""),
        insee=insee_in(row, "insee"),
        address=address_key(*map(_shown, parts)),
        place=None
        if quality == COMMUNE_CENTRE
        else (degrees_in(place) if place else None) or _own_place(row),
        is_central=quality == COMMUNE_CENTRE,
    )


def _shown(text: str) -> str:
    return "" if text == "[ND]" else text


def _known(row: Row, column: str) -> str:
    return _shown(text_in(row, column))


def _place(row: Row, placed: Row | None) -> Degrees | None:
    return (degrees_in(placed) if placed else None) or _own_place(row)


def _own_place(row: Row) -> Degrees | None:
    """Return the place that an extract itself gives; None where it is none, or cannot be read."""
    pair = text_in(row, "place").split(",")
    try:
        if len(pair) == 2 and not number_in(row, "east"):
            latitude, longitude = float(pair[0]), float(pair[1])
            return (latitude, longitude) if abs(latitude) <= 90.0 and abs(longitude) <= 180.0 else None
        return degrees_in(row)
    except (InputError, ValueError):
        return None


@dataclass(frozen=True, slots=True)
class KwhPerJob:
    """Yearly kWh of a job, how far one establishment strays, and all of them together (ln)."""

    kwh: float
    own_ln: float
    common_ln: float
    pairs: int = 0


def matched(known: Sequence[Establishment], needs: Sequence[SiteNeed]) -> Mapping[Key, list[Establishment]]:
    """Return the establishments at the addresses that are measured, of a division that is measured there."""
    divisions = {(need.insee, need.address): set(need.kwh_of) for need in needs if need.address}
    pairs = defaultdict[Key, list[Establishment]](list)
    for each in known:
        key = each.insee, each.address
        if (
            each.address
            and each.division in divisions.get(key, ())
            and each.left_out() in {"", "body", "profile"}
        ):
            pairs[key].append(each)
    return pairs


def fitted(pairs: Mapping[Key, list[Establishment]], needs: Sequence[SiteNeed]) -> dict[str, KwhPerJob]:
    """Return the kWh of a job by division, where enough establishments are alone of theirs at their address.

    The median of the pairs; their spread is that of one establishment, over the root of their number common.
    """
    ratios = defaultdict[str, list[float]](list)
    meters = Counter((need.insee, need.address) for need in needs)
    for need in needs:
        key = need.insee, need.address
        for division, kwh in need.kwh_of.items():
            own = [each for each in pairs.get(key, ()) if each.division == division]
            is_pair = len(own) == 1 and meters[key] == 1 and not own[0].is_public
            if is_pair and own[0].jobs and kwh > 0.0:
                ratios[division].append(log(kwh / own[0].jobs))
    least = int(read_figures(OPEN_FIGURES)["least_pairs"].value)
    return {
        division: KwhPerJob(exp(median(some)), pstdev(some), pstdev(some) / sqrt(len(some)), len(some))
        for division, some in ratios.items()
        if len(some) >= least
    }


def estimated_needs(
    known: Sequence[Establishment], pairs: Mapping[Key, list[Establishment]], local: Mapping[str, KwhPerJob]
) -> NeedsRead:
    """Return the needs of establishments by their jobs, and who was left out and why, counted."""
    at_measured = {each.siret for some in pairs.values() for each in some}
    reading, left = NeedsRead(), Counter[str]()
    for each in known:
        why = each.left_out() or ("measured" if each.siret in at_measured else "")
        kwh = None if why or each.jobs is None else _kwh(each, each.jobs, local)
        why = why or ("jobs" if each.jobs is None else "" if kwh else "industry")
        if why or kwh is None:
            left[why] += 1
        else:
            reading.needs.append(_need(each, kwh))
    reading.said.extend(_sentences(known, reading.needs, left, local))
    return reading


def _kwh(each: Establishment, jobs: float, local: Mapping[str, KwhPerJob]) -> KwhPerJob | None:
    """Return the need of an establishment with its spread; None where no kWh a job is known."""
    fit = local.get(each.division)
    if fit is not None:
        return KwhPerJob(jobs * fit.kwh, fit.own_ln, fit.common_ln)
    kwh = kwh_of(each.naf, jobs, each.edition)
    return None if kwh is None else KwhPerJob(float(f"{kwh:.2g}"), *spreads())


def _need(each: Establishment, need: KwhPerJob) -> SiteNeed:
    return SiteNeed(
        row=each.row,
        cells=each.cells(),
        kwh_of={each.division: need.kwh},
        known=Known.ESTIMATED,
        year=year_in(each.row, "jobs_year"),
        own_ln=need.own_ln,
        common_ln=need.common_ln,
        address=each.address,
        siren=each.siret[:9],
        place=each.place,
    )


def _sentences(
    known: Iterable[Establishment],
    needs: Sequence[SiteNeed],
    left: Counter[str],
    local: Mapping[str, KwhPerJob],
) -> Iterator[str]:
    text = ngettext(
        "SIRENE: {count} establishment taken, its need estimated from its number of jobs",
        "SIRENE: {count} establishments taken, their need estimated from their number of jobs",
        len(needs),
    )
    yield text.format(count=len(needs))
    for division, fit in sorted(local.items()):
        text = _(
            "Division {division}: {kwh} kWh a job, median of {count} measured addresses (± {spread} in ln)"
        )
        words = {"kwh": grouped(fit.kwh), "count": fit.pairs, "spread": decimal(fit.own_ln, 1)}
        yield text.format(division=division, **words)
    central = sum(each.is_central and not each.left_out() for each in known)
    if central:
        text = ngettext(
            "SIRENE: {count} placed at the middle of its commune: outside, but for an EPCI",
            "SIRENE: {count} placed at the middle of their commune: outside, but for an EPCI",
            central,
        )
        yield text.format(count=central)
    for why, count in left.most_common():
        text = ngettext("SIRENE: {count} left out: {why}", "SIRENE: {count} left out: {why}", count)
        yield text.format(count=count, why=_(LEFT[why]))


def identified(needs: Sequence[SiteNeed], pairs: Mapping[Key, list[Establishment]]) -> Iterator[SiteNeed]:
    """Yield measured needs with the body that alone has its address; a public one is named."""
    meters = Counter((need.insee, need.address) for need in needs)
    for need in needs:
        some = pairs.get((need.insee, need.address), ())
        if meters[need.insee, need.address] > 1 or len({each.siret[:9] for each in some}) != 1:
            yield need
            continue
        each = max(some, key=lambda own: need.kwh_of.get(own.division, 0.0))
        cells = dict(need.cells)
        cells["kind"] = each.kind
        if each.is_public:
            cells["name"] = str(each.cells()["name"])
        yield replace(need, cells=cells, siren=each.siret[:9], place=need.place or each.place)
