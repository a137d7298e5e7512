"""What is unlikely in the rows of a folder seen together: one function a rule, see `rules`."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import cache
from gettext import gettext as _
from gettext import ngettext
from statistics import median
from typing import TypeVar

from acc.bills.turpe import SMALL_KVA, in_amperes
from acc.i18n import decimal, is_french
from acc.sites import Kind
from profiles.reference.kinds import NEAR_TRADES
from scenarios.entry.columns.bill_columns import energy_of, kva_of
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.input_columns import sheet_settings
from scenarios.entry.columns.names import PERSONS, plain, said, word_of, words
from scenarios.entry.columns.row_models import ParticipantRow, PlantRow
from scenarios.entry.plausibility.rules import (
    Doubt,
    FolderToCheck,
    ImplausibleCell,
    ImplausibleValue,
    Remedy,
    in_cell,
    rules,
)

HOMES = frozenset({Kind.HOUSEHOLD, Kind.HOUSEHOLD_GROUP})
"""Kinds of which many stand at one place, each with the kWh of the others; any landlord holds them."""


def no_person(folder: FolderToCheck) -> Iterator[Doubt]:
    """A site whose member is not said, among others whose is."""
    if not folder.places.tables[PERSONS]:
        return
    rows = list(folder.sites)
    if not any(site.person for _table, _row, site in rows):
        return
    for table, row, site in rows:
        if not site.person and not (isinstance(site, PlantRow) and site.owner):
            message = _(
                "nobody named, beside lines that name their member: it counts as a member of its own. "
                "Write who pays for it, one of the sheet of members"
            )
            yield Doubt(table, row, site, "person", message)


def no_active(folder: FolderToCheck) -> Iterator[Doubt]:
    """A line that does not say whether it takes part, among others that say that they do: it does."""
    rows = list(folder.sites)
    tables = {table for table, row, _site in rows if row.cells.get("active")}  # of those that are left, yes
    for table, row, site in rows:
        if table in tables and not row.cells.get("active"):
            message = _("empty, and other lines say yes: it is counted. Write yes, or no to leave it out")
            yield Doubt(table, row, site, "active", message)


def same_person(folder: FolderToCheck) -> Iterator[ImplausibleValue]:
    """Yield a member that stands twice under one name: its accounts and purchases are cut in two."""
    seen: dict[str, Row] = {}
    for row in folder.places.tables[PERSONS]:
        id_, name = str(row.cells.get("id", "")), plain(str(row.cells.get("name", "")))
        if name and name in seen:
            message = _(
                "the name of line {line} too: one member, twice? Keep one line, and its id in the sites"
            )
            odd = ImplausibleCell("id", id_, message.format(line=seen[name].line))
            yield in_cell("persons", row, id_, odd, "same_person")
        seen.setdefault(name, row)


def person_kind(folder: FolderToCheck) -> Iterator[Doubt]:
    """A site of another kind than its member: VAT and public procurement go by it."""
    known = {
        str(row.cells.get("id")): word_of("kind", str(row.cells.get("kind") or ""))
        for row in folder.places.tables[PERSONS]
    }
    sites = [(row, site) for row, site in folder.participants if site.person and site.kind not in HOMES]
    for person in dict.fromkeys(site.person for _row, site in sites):
        kinds = Counter(str(site.kind) for _row, site in sites if site.person == person)
        most, count = kinds.most_common(1)[0]
        kind = known.get(str(person)) or (most if 2 * count > kinds.total() else None)
        for row, site in sites:
            if site.person == person and kind and site.kind != kind:
                message = _("its member {person} is of another kind, {kind}: mend one of the two")
                title = words("kind")[kind].french if is_french() else kind
                text = message.format(person=person, kind=title)
                is_sure = kinds[kind] > 0  # another site of it says so too
                remedies = (Remedy({"kind": title}),) if is_sure else ()
                yield Doubt("participants", row, site, "kind", text, remedies=remedies)


def named_profile(folder: FolderToCheck) -> Iterator[Doubt]:
    """A site whose name says a profile, and whose line another one."""
    for row, site in folder.participants:
        spoken = profiles_in(site.name or "") if site.profile else frozenset()
        if spoken and site.profile not in spoken:
            near = sorted(words("profile")[name].french if is_french() else name for name in spoken)
            message = _("“{name}” sounds like the profile {profiles}: is another one chosen on purpose?")
            text = message.format(name=site.name, profiles=_(", or ").join(near))
            remedies = (Remedy({"profile": near[0]}),) if len(near) == 1 else ()
            yield Doubt("participants", row, site, "profile", text, remedies=remedies)


@cache
def profiles_in(name: str) -> frozenset[str]:
    """Return the profiles whose words a name holds.

    >>> sorted(profiles_in("Mairie et école de Lembras")), sorted(profiles_in("Bâtiment 4"))
    (['primary-school', 'town-hall'], [])
    """
    text = f" {plain(name)} "
    return frozenset(
        id_
        for id_, word in words("profile").items()
        if any(f" {plain(other)} " in text for other in (word.french, *word.others))
    ) | frozenset(id_ for trade, id_ in NEAR_TRADES.items() if f" {plain(trade)} " in text)


HALF_A_DEGREE_KM = 111.2 / 2.0
"""From the south to the north: what a position without decimals may be away."""

BY_CHANCE = 2
"""So many positions of a folder may well end in zeros; of one decimal, none does."""


def rough_place(folder: FolderToCheck) -> Iterator[Doubt]:
    """Positions within half a kilometre or more; told once, it is one cause."""
    rough = [
        (decimals, table, row, site)
        for table, row, site in folder.sites
        if site.latitude is not None and site.longitude is not None
        if not rules()["rough_place"].is_usual(decimals := _decimals(site.latitude, site.longitude))
    ]
    if not rough:
        return
    decimals, table, row, site = min(rough, key=lambda entry: entry[0])
    if decimals > 1 and len(rough) <= BY_CHANCE:
        return
    message = _("{latitude:g}, {longitude:g} is rounded, right within {km} km. A map gives five decimals")
    km = decimal(HALF_A_DEGREE_KM / 10**decimals, 1)
    text = message.format(latitude=site.latitude, longitude=site.longitude, km=km)
    if others := len(rough) - 1:
        text += ngettext("; {count} other line too", "; {count} other lines too", others).format(count=others)
    yield Doubt(table, row, site, "latitude", text)


def _decimals(*angles_deg: float) -> int:
    """Number of decimals of both, three at most.

    >>> _decimals(44.8, 0.48), _decimals(44.84780, 0.5)
    (2, 3)
    """
    return next((n for n in range(3) if all(round(degree, n) == degree for degree in angles_deg)), 3)


SiteT = TypeVar("SiteT", ParticipantRow, PlantRow)

DRAGGED = ("annual_kwh", "kva", "supply_eur_per_mwh", "latitude", "longitude")
ROUND_KWH, ENOUGH_PRICES = 100.0, 4
SUPPLIES = tuple(
    name for name in ParticipantRow.model_fields if name.startswith("supply_") and "_mwh" in name
)
VAT, SAME_CONTRACT, ENOUGH_ALIKE, ABOVE = 0.2, 0.03, 6, 1.06
"""How far, and how many, prices of one call for tenders are; by how much one stands above all others."""
YIELD_KWH_PER_KWP = 1100.0
SELDOM_USED = frozenset({"sports-hall", "water-pumping", "wine-cooperative", "factory", "household"})
"""Profiles of sites that may stand idle for months, or of homes: few hours of use say nothing there."""

LEAST_HOURS = 40.0
"""Hours of use of a subscribed power below which the usual range of the kWh tells it."""

NIGHT_PROFILES = frozenset({"street-lighting"})


def odd_rows(folder: FolderToCheck) -> Iterator[ImplausibleValue]:
    """Yield contradictions of rows, independent of prices; for a cell, the first rule that applies."""
    reported: set[tuple[str, str, str]] = set()
    for name, find in OF_ROWS.items():
        for doubt in find(folder):
            at = (doubt.table, doubt.site.id, doubt.column)
            if at not in reported:
                reported.add(at)
                yield doubt.as_problem(name)


def _twice(
    table: str,
    rows: Sequence[tuple[Row, SiteT]],
    names: Callable[[SiteT], Sequence[Hashable | None]],
    message: str,
) -> Iterator[Doubt]:
    """Yield a doubt of each row that shares a name with one above, whose `{line}` the message tells."""
    seen: dict[Hashable, Row] = {}
    for row, site in rows:
        known = [name for name in names(site) if name is not None]
        first = next((seen[name] for name in known if name in seen), None)
        if first is not None:
            yield Doubt(table, row, site, "id", message.format(line=first.line))
        seen |= {name: row for name in known if name not in seen}


def _called(site: ParticipantRow | PlantRow) -> Hashable | None:
    return ("name", plain(site.name), plain(site.commune or site.insee or "")) if site.name else None


def _placed(site: ParticipantRow | PlantRow, size: float | None) -> Hashable | None:
    if site.latitude is None or site.longitude is None or size is None:
        return None
    return round(site.latitude, 5), round(site.longitude, 5), size


def same_site(folder: FolderToCheck) -> Iterator[Doubt]:
    """Two lines of one site."""

    def names(site: ParticipantRow) -> Sequence[Hashable | None]:
        if site.kind in HOMES:
            return ()
        size = energy_of(site)
        return _called(site), _placed(site, size if site.curve is None else None)

    message = _(
        "the same site as on line {line}, twice? Delete one of the lines; two meters of one site have "
        "each its name, its PRM and its kWh"
    )
    yield from _twice("participants", folder.participants, names, message)


def same_plant(folder: FolderToCheck) -> Iterator[Doubt]:
    """Two lines of one plant."""

    def names(plant: PlantRow) -> Sequence[Hashable | None]:
        return _called(plant), _placed(plant, plant.kwp)

    message = _(
        "the same plant as on line {line}, twice? Delete one of the lines; two roofs of one building "
        "have each its name and its power"
    )
    yield from _twice("plants", folder.plants, names, message)


def filled_down(folder: FolderToCheck) -> Iterator[Doubt]:
    """Figures that a handle was dragged over, each one more than the one above."""
    for column in DRAGGED:
        for run in _consecutive_rows(_figures(folder, column)):
            if not rules()["filled_down"].is_usual(len(run)):
                message = _(
                    "{first}, then one more on each of {count} lines: was the cell above dragged down? Write "
                    "the figure of each bill"
                )
                text = message.format(first=said(run[0][2]), count=len(run) - 1)
                yield Doubt("participants", *run[1][:2], column, text)


def _consecutive_rows(
    figures: Iterator[tuple[Row, ParticipantRow, float]],
) -> list[list[tuple[Row, ParticipantRow, float]]]:
    """Return lines that follow each other, together as long as each figure is one more."""
    runs: list[list[tuple[Row, ParticipantRow, float]]] = []
    for line in figures:
        if not runs or line[2] != runs[-1][-1][2] + 1.0:
            runs.append([])
        runs[-1].append(line)
    return runs


def same_kwh(folder: FolderToCheck) -> Iterator[Doubt]:
    """The kWh of a bill on two lines."""
    seen: dict[float, Row] = {}
    for row, site, kwh in _figures(folder, "annual_kwh"):
        first = seen.setdefault(kwh, row)
        if first is not row and kwh % ROUND_KWH and site.kind not in HOMES:
            message = _("{kwh} kWh, as on line {line}: was the cell copied? Write the kWh of its own bill")
            text = message.format(kwh=said(kwh), line=first.line)
            yield Doubt("participants", row, site, "annual_kwh", text)


def _figures(folder: FolderToCheck, column: str) -> Iterator[tuple[Row, ParticipantRow, float]]:
    """Yield the rows in the order of their lines, with their figure of a column."""
    for row, site in folder.participants:
        value = kva_of(site) if column == "kva" else getattr(site, column)
        if value is not None:
            yield row, site, value


def kva_step(folder: FolderToCheck) -> Iterator[Doubt]:
    """A power that no contract up to 36 kVA has."""
    for row, site in folder.participants:
        kva = kva_of(site)
        is_home = site.kind is Kind.HOUSEHOLD
        if kva is not None and kva not in SMALL_KVA and (is_home or kva <= max(SMALL_KVA)):
            message = _("{kva} kVA: up to 36 a contract is of {known} kVA. Read it on the bill again.")
            known = ", ".join(f"{power_kva:g}" for power_kva in SMALL_KVA)
            text = message.format(kva=said(kva), known=known)
            remedies = [Remedy({"kva": power}, words) for power, words in in_amperes(kva).items()]
            yield Doubt("participants", row, site, "kva", text, remedies=tuple(remedies))


def copied_kva(folder: FolderToCheck) -> Iterator[Doubt]:
    """A power as on the line above, by which the energy does not pass in a year."""
    above = 0.0
    for row, site, kva in _figures(folder, "kva"):
        energy = energy_of(site) or 0.0
        if kva == above and not rules()["copied_kva"].is_usual(energy / kva):
            message = _("{kva} kVA, as on the line above, and {kwh} kWh: was the cell copied?")
            text = message.format(kva=said(kva), kwh=said(energy))
            yield Doubt("participants", row, site, "kva", text)
        above = kva


def supply_price(folder: FolderToCheck) -> Iterator[Doubt]:
    """A price far from that of the others whose connection is like this one."""
    classes: dict[bool, list[tuple[Row, ParticipantRow, float]]] = {True: [], False: []}
    for row, site, price in _figures(folder, "supply_eur_per_mwh"):
        if kva := kva_of(site):
            classes[kva <= max(SMALL_KVA)].append((row, site, price))
    for known in classes.values():
        for row, site, price in known:
            others = [other for _row, other_site, other in known if other_site is not site]
            usual = median(others) if len(others) >= ENOUGH_PRICES else 0.0
            if usual and not rules()["supply_price"].is_usual(price / usual):
                message = _(
                    "{price} €/MWh, and {usual} for the others with such a connection: the energy alone, "
                    "without grid and taxes, stands on the bill"
                )
                text = message.format(price=said(price), usual=said(usual))
                yield Doubt("participants", row, site, "supply_eur_per_mwh", text)


def taxed_price(folder: FolderToCheck) -> Iterator[Doubt]:
    """A price that without VAT is the one of most others of its tariff, and above all that are not such."""
    tariffs: dict[tuple[str, object], list[tuple[Row, ParticipantRow, float]]] = {}
    for row, site in folder.participants:
        tariff = site.turpe or (kva_of(site) or 0.0) <= max(SMALL_KVA)
        for name in [name for name in SUPPLIES if getattr(site, name)][:1]:  # the others with it
            tariffs.setdefault((name, tariff), []).append((row, site, getattr(site, name)))
    for (name, _tariff), known in tariffs.items():
        prices = [price for _row, _site, price in known]
        usual = median(prices)
        alike = [price for price in prices if _is_same_contract(price, usual)]
        taxed = [line for line in known if _is_same_contract(line[2] / (1.0 + VAT), usual)]
        highest = max(set(prices) - {price for _row, _site, price in taxed})
        for row, site, price in taxed if len(alike) >= max(ENOUGH_ALIKE, (len(known) - 1) / 2) else ():
            if price > ABOVE * highest:
                own = {supply: getattr(site, supply) for supply in SUPPLIES if getattr(site, supply)}
                without = {
                    supply: float(f"{price_ttc / (1.0 + VAT):.1f}") for supply, price_ttc in own.items()
                }
                message = _(
                    "{price} €/MWh, and {usual} for most others of its tariff. With VAT: {without} without?"
                )
                text = message.format(price=said(price), usual=said(usual), without=said(without[name]))
                yield Doubt("participants", row, site, name, text, remedies=(Remedy(without),))


def _is_same_contract(price: float, other: float) -> bool:
    return other > 0.0 and abs(price / other - 1.0) <= SAME_CONTRACT


def used_hours(folder: FolderToCheck) -> Iterator[Doubt]:
    """Few kWh for the power that is subscribed, at a site of every day: euros, or a part of a year."""
    for row, site in folder.participants:
        if has_few_hours(site):
            message = _(
                "{kwh} kWh for {kva} kVA, {hours} hours of use a year, usually {low} at least: the euros of "
                "the bill, or a part of the year? Write the kWh of twelve months"
            )
            energy, kva = energy_of(site) or 0.0, kva_of(site) or 1.0
            words = {"kwh": energy, "kva": kva, "hours": energy / kva, "low": rules()["used_hours"].low}
            text = message.format(**{name: said(value) for name, value in words.items()})
            yield Doubt("participants", row, site, "annual_kwh", text)


def has_few_hours(site: ParticipantRow) -> bool:
    """Return whether a site of every day uses its subscribed power for too few hours a year."""
    kva, energy = kva_of(site), energy_of(site)
    if not kva or not energy or not site.profile or site.kind in HOMES or site.profile in SELDOM_USED:
        return False
    hours = energy / kva
    return hours >= LEAST_HOURS and not rules()["used_hours"].is_usual(hours)


def host_at_night(folder: FolderToCheck) -> Iterator[Doubt]:
    """A plant behind lamps."""
    for row, plant, host in folder.hosted:
        if host.profile in NIGHT_PROFILES:
            message = _(
                "{host} only uses energy at night: nothing of this plant would serve it. Which meter does "
                "it stand behind? Leave the cell empty where it has a meter of its own"
            )
            yield Doubt("plants", row, plant, "behind", message.format(host=host.name or host.id))


def host_energy(folder: FolderToCheck) -> Iterator[Doubt]:
    """A plant far larger than what stands behind its meter."""
    rule = rules()["host_energy"]
    for row, plant, host in folder.hosted:
        made, need = plant.kwp * YIELD_KWH_PER_KWP, energy_of(host)
        if need and not rule.is_usual(made / need):
            message = _(
                "some {made} kWh a year behind a meter that uses {need}: usually {most} times at most. Check "
                "the power, the kWh of {host}, and the meter that it stands behind"
            )
            words = {"made": said(made), "need": said(need), "most": said(rule.high)}
            yield Doubt(
                "plants", row, plant, "behind", message.format(host=host.name or plant.behind, **words)
            )


def host_power(folder: FolderToCheck) -> Iterator[Doubt]:
    """A plant far larger than the connection that it stands behind."""
    rule = rules()["host_power"]
    for row, plant, host in folder.hosted:
        kva = kva_of(host)
        if kva and not rule.is_usual(plant.kwp / kva):
            message = _(
                "{kwp} kWp behind {kva} kVA: usually {most} times at most. Check both powers, and whether it "
                "has a meter of its own"
            )
            text = message.format(kwp=said(plant.kwp), kva=said(kva), most=said(rule.high))
            yield Doubt("plants", row, plant, "behind", text)


def roof_area(folder: FolderToCheck) -> Iterator[Doubt]:
    """More power than the building has roof."""
    for row, plant, host in folder.hosted:
        area = host.quantity if host.quantity_unit == "m2" else None
        if area and not rules()["roof_area"].is_usual(plant.kwp / area):
            message = _(
                "{kwp} kWp on a building of {area} m²: 1 kWp takes some 5 m² of modules. Check the power and "
                "the area"
            )
            yield Doubt("plants", row, plant, "kwp", message.format(kwp=said(plant.kwp), area=said(area)))


def area_energy(folder: FolderToCheck) -> Iterator[Doubt]:
    """Energy that the area does not explain."""
    rule = rules()["area_energy"]
    for row, site in folder.participants:
        area = site.quantity if site.quantity_unit == "m2" else None
        if area and site.annual_kwh and not rule.is_usual(site.annual_kwh / area):
            message = _("{kwh} kWh for {area} m², {per} kWh per m²: usually from {low} to {high}. Check both")
            words = {"kwh": site.annual_kwh, "area": area, "per": site.annual_kwh / area}
            words |= {"low": rule.low, "high": rule.high}
            text = message.format(**{name: said(value) for name, value in words.items()})
            yield Doubt("participants", row, site, "annual_kwh", text)


def odd_local_price(folder: FolderToCheck) -> Iterator[ImplausibleValue]:
    """Yield a local price that nobody would pay: energy alone is compared, grid and taxes stay due."""
    price = getattr(folder.section, "local_eur_per_mwh", None)
    known = [
        [value for name in SUPPLIES if (value := getattr(site, name)) is not None]
        for _row, site in folder.participants
    ]
    if not price or not known or not all(known):
        return
    highest = max(map(max, known))
    if not rules()["local_price"].is_usual(price / (highest or price)):
        message = _(
            "{price} €/MWh, above what every supplier asks ({highest} at most): all would lose on each kWh. "
            "Check both: the energy alone, without grid and taxes"
        )
        path = "prices.local_eur_per_mwh"
        place = folder.places.place("prices", "local_eur_per_mwh")
        text = message.format(price=said(price), highest=said(highest))
        about = sheet_settings()[path].french if is_french() else path
        yield ImplausibleValue(f"{path}#local_price", place, price, text, (), about, place)


_RULES: tuple[Callable[[FolderToCheck], Iterator[Doubt]], ...] = (
    *(same_site, same_plant, filled_down, same_kwh, copied_kva, kva_step, supply_price, taxed_price),
    *(used_hours, no_person, no_active, person_kind, named_profile, rough_place),
    *(host_at_night, host_energy, host_power, roof_area, area_energy),
)
OF_ROWS = {find.__name__: find for find in _RULES}
"""By rule of the table, what finds it; a price is of no row."""
