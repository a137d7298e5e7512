"""From the words of the files to the values of the core: EUR/MWh to EUR/kWh, rows to sites."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from gettext import gettext as _
from typing import Any, TypeVar

from acc.arrays import CellValue, KeyParameters
from acc.changes import LATE, OF_THE_OPERATION, DatedChange, What
from acc.finance import Finance
from acc.i18n import decimal, long_day
from acc.keys.weighted import STATIC
from acc.plan.another_power import with_quoted
from acc.plant_model import PlantModel
from acc.scenario import Battery, Decide, FlexibleLoad, KeyChoice, Prices, Scenario, WeatherChoice, Words
from acc.sites import FixedPrice, LoadSource, Participant, Plant, PlantCosts, Said, SupplyContract
from acc.units import eur_per_kwh
from scenarios.entry.columns.bill_columns import (
    code_or_file,
    is_plane_written,
    kept_bill,
    read_horizon,
    read_losses,
    read_planes,
    read_powers,
    read_shading,
    read_surplus,
    read_windows,
)
from scenarios.entry.columns.names import CHANGES, QUOTES, word_of
from scenarios.entry.columns.row_models import (
    BatterySection,
    FinanceSection,
    FlexibleSection,
    OperationSection,
    ParticipantRow,
    PlantRow,
    PricesSection,
    SiteRow,
    WordsSection,
)
from scenarios.entry.columns.rows import core_value, position_of
from scenarios.entry.folder.raw import PERSONS
from scenarios.entry.folder.site_rows import read_organiser
from scenarios.entry.plausibility.plant_kinds import usual_kinds, usual_mounting, usual_mountings
from scenarios.rates.table import read_rates


def rates_day(given: date | None) -> tuple[date, tuple[tuple[str, str, str], ...]]:
    """Return the day, and the hypothesis of it where the folder does not say it, or says one too old.

    Energy is not refused for want of a tariff: a study of an older year takes the first figures known.
    """
    rates = read_rates()
    if given is None:
        day, why = rates.newest, _("not given (`rates_on`): the newest figures known")
    elif given < rates.first_grid:
        day, why = rates.first_grid, too_old(given)[0]
    else:
        return given, ()
    return day, ((_("Date of the tariffs"), long_day(day), why),)


def too_old(given: date | None) -> tuple[str, ...]:
    """Return a sentence where the tariffs are asked for at a day before the first ones known."""
    first = read_rates().first_grid
    if given is None or given >= first:
        return ()
    text = _(
        "no tariff of {asked} is known (`rates_on`): euros are those of {first}, the first known; leave "
        "`rates_on` out for the newest"
    )
    return (text.format(asked=long_day(given), first=long_day(first)),)


ValueT = TypeVar("ValueT")
SLOTS = ("hph", "hch", "hpb", "hcb", "pointe")


def _site(row: SiteRow, target: type[ValueT], **own: Any) -> ValueT:
    place = {"position": position_of(row), "density_class": row.density}
    return core_value(row, target, name=row.name or row.id, **place, **own)


def _participant(row: ParticipantRow, supply_ratio: float) -> Participant:
    """Return a participant, the prices of its supplier times `supply_ratio`."""
    prices = {"all": row.supply_eur_per_mwh} | {
        slot: getattr(row, f"supply_{slot}_eur_per_mwh") for slot in SLOTS
    }
    return _site(
        row,
        Participant,
        bill=kept_bill(row),
        # Silence closes the row of a company, an association or a home; what is public stays open.
        publish=row.kind.has_public_mission if row.publish is None else row.publish is True,
        publish_to=row.publish if isinstance(row.publish, frozenset) else frozenset(),
        counted_below_ten=row.counted_below_ten is True,
        source=core_value(row, LoadSource),
        contract=core_value(
            row,
            SupplyContract,
            energy_eur_per_kwh={s: eur_per_kwh(p) * supply_ratio for s, p in prices.items() if p is not None},
            subscribed_kva=read_powers(row.kva),
            off_peak_hours=read_windows(row.off_peak),
            peak_hours=read_windows(row.peak),
            off_peak_winter_hours=None if row.off_peak_winter is None else read_windows(row.off_peak_winter),
            off_peak_summer_hours=None if row.off_peak_summer is None else read_windows(row.off_peak_summer),
            accise_eur_per_kwh=_per_kwh(row.accise_eur_per_mwh),
            until=row.supply_until,
        ),
    )


def _plant(row: PlantRow, read: Mapping[str, Any]) -> Plant:
    costs = core_value(row, PlantCosts)
    plant = _site(
        row,
        Plant,
        planes=read_planes(row),
        # A plane that nobody wrote is a guess, whatever stands for it.
        said=row.said or (None if is_plane_written(row) else Said.GUESS),
        surplus=None if row.surplus is None else read_surplus(row.surplus),
        commissioned_year=row.commissioned_on.year if row.commissioned_on else row.commissioned_year,
        costs=None if costs == PlantCosts() else costs,
        own_use_eur_per_kwh=_per_kwh(row.own_use_eur_per_mwh),
        model=core_value(
            row,
            PlantModel,
            mounting=row.mounting or usual_mounting(row),
            losses=read_losses(row.losses),
            horizon_deg=read_horizon(row.horizon_deg),
            shading_ratio=read_shading(row.shading_ratio),
        ),
        quotes=read["quotes"].get(row.id, ()),
        added_to=read["panels"].get(row.id),
    )
    return with_quoted(plant)


def _per_kwh(eur_per_mwh: float | None) -> float | None:
    return None if eur_per_mwh is None else eur_per_kwh(eur_per_mwh)


def build_scenario(
    read: Mapping[str, Any],
    participants: Sequence[ParticipantRow],
    plants: Sequence[PlantRow],
    *,
    variant: str | None,
    key: str | None,
    everyone: bool = False,
) -> Scenario:
    """Return the scenario of validated sections (by name), steps and rows; see `scenarios.entry.folder.load`.

    Inactive sites are left out, with a participant the plants behind its meter; `everyone` keeps all, and
    the changes that are not counted.
    """
    operation: OperationSection = read["operation"]
    inactive, idle = (set(), set()) if everyone else _left_out(read["changes"], participants, plants)
    changes = [c for c in read["changes"] if (c.is_counted or everyone) and c.site not in inactive | idle]
    ids = {row.id for row in participants}
    keys = {name: with_kinds(own, ids) for name, own in read["keys"].items()}
    section, supply = read["key"], read["prices"].supply_ratio or 1.0
    # Parameters belong to the key beside which they are: another key has its own in [keys.NAME], or none.
    is_own = key is None or key == section.name
    parameters = with_kinds(section.model_extra or {}, ids) if is_own else keys.get(key, {})
    owners = {row.owner for row in plants if row.id not in idle}
    on, dated = rates_day(operation.rates_on)
    built = tuple(_plant(row, read) for row in plants if row.id not in idle)
    return Scenario(
        name=operation.name,
        place=operation.place,
        fictitious=operation.fictitious,
        holes=operation.holes,
        sharing=operation.sharing,
        variant=variant,
        steps=read["steps"],
        participants=tuple(_participant(row, supply) for row in participants if row.id not in inactive),
        absent=tuple(_participant(row, supply) for row in participants if row.id in inactive & owners),
        plants=built,
        on=on,
        assumptions=(*dated, *_ratios(read["prices"]), *usual_kinds(built), *usual_mountings(plants, idle)),
        regime=operation.perimeter,
        key=KeyChoice(name=key if key is not None else section.name, parameters=parameters),
        key_parameters=keys,
        prices=_prices(read["prices"]),
        finance=_finance(read["finance"]),
        weather=core_value(read["weather"], WeatherChoice, position=position_of(read["weather"])),
        words=_words(read["words"]),
        decide=Decide(**read["decide"].model_dump()),
        organiser=read_organiser(read["pmo"]),
        **_changes(read, changes),
        inactive_ids=frozenset(inactive),
        inactive_plant_ids=frozenset(idle),
        flexible=tuple(_flexible(load) for load in read["flexible"] if load.participant not in inactive),
    )


def _left_out(
    changes: Iterable[DatedChange], participants: Sequence[ParticipantRow], plants: Sequence[PlantRow]
) -> tuple[set[str], set[str]]:
    """Return the sites and the plants that are not counted, those too whose coming is not."""
    unbuilt = {change.site for change in changes if change.what in LATE and not change.is_counted}
    inactive = {row.id for row in participants if not row.active or row.id in unbuilt}
    idle = {row.id for row in plants if not row.active or row.behind in inactive or row.id in unbuilt}
    return inactive, idle


def _changes(read: Mapping[str, Any], changes: Sequence[DatedChange]) -> dict[str, Any]:
    """Optional tables; dated changes of meters, of the operation, number of uncounted ones; the battery."""
    optional = ((PERSONS, read["persons"] is not None), (QUOTES, read["quotes"]), (CHANGES, read["changes"]))
    counted = changes if read["operation"].changes else ()
    battery, later_battery = _batteries(read["battery"], read["changes"] if read["operation"].changes else ())
    return {
        **{name: read[name] for name in ("persons", "parties", "accepted", "signatures")},
        "battery": battery,
        "later_battery": later_battery,
        "files": tuple(name for name, rows in optional if rows),
        "changes": tuple(change for change in counted if change.what not in OF_THE_OPERATION),
        "other_changes": tuple(change for change in counted if change.what in OF_THE_OPERATION),
        "uncounted_changes": sum(c.is_counted for c in read["changes"]) * (not read["operation"].changes),
    }


def _ratios(prices: PricesSection) -> list[tuple[str, str, str]]:
    """Return the hypotheses of prices that are told otherwise than they are written."""
    names = {"supply_ratio": _("Suppliers’ prices"), "local_ratio": _("Local prices")}
    why = _("every price that is written is multiplied by it (`[prices] {name}`)")
    ratios = [(name, ratio) for name in names if (ratio := getattr(prices, name)) is not None]
    return [(names[name], f"× {decimal(ratio, 3)}", why.format(name=name)) for name, ratio in ratios]


def with_kinds(parameters: KeyParameters, ids: Collection[str]) -> KeyParameters:
    """Return the parameters of a key, a kind written in French as the core calls it; an id stays an id."""

    def named(word: CellValue) -> str:
        return str(word) if word in ids else word_of("kind", str(word)) or str(word)

    translated = dict(parameters)
    for name in ("weights", "shares"):
        table = parameters.get(name)
        if isinstance(table, Mapping):
            translated[name] = {named(word): value for word, value in table.items()}
    ranks = parameters.get("ranks")
    if isinstance(ranks, list) and all(isinstance(group, list) for group in ranks):
        translated["ranks"] = [[named(word) for word in group] for group in ranks]
    return translated


def _prices(section: PricesSection) -> Prices:
    ratio, flat, surplus = section.local_ratio or 1.0, section.local_eur_per_mwh, section.surplus
    local = {}
    for of in ("slot", "plant", "participant", "person"):
        prices: Mapping[str, float] = getattr(section, f"local_by_{of}_eur_per_mwh")
        local[f"local_by_{of}_eur_per_kwh"] = {n: eur_per_kwh(p) * ratio for n, p in prices.items()}
    fixed = None if surplus is None or isinstance(surplus, str) else FixedPrice(eur_per_kwh(surplus))
    return core_value(
        section,
        Prices,
        surplus=code_or_file(surplus) if isinstance(surplus, str) else fixed,
        local_eur_per_kwh=None if flat is None else eur_per_kwh(flat) * ratio,
        **local,
        surplus_fee_eur_per_kwh=eur_per_kwh(section.surplus_fee_eur_per_mwh),
        pmo_eur_per_kwh=eur_per_kwh(section.pmo_eur_per_mwh),
    )


def _finance(section: FinanceSection | None) -> Finance | None:
    market = None if section is None else _per_kwh(section.market_eur_per_mwh)
    return None if section is None else core_value(section, Finance, market_eur_per_kwh=market)


def _words(section: WordsSection) -> Words:
    """Return the words of the brief, the calendar as (when, what)."""
    calendar = tuple((step.when, step.what) for step in section.calendar)
    return Words(**section.model_dump(exclude={"calendar"}), calendar=calendar)


def _batteries(
    section: BatterySection | None, changes: Iterable[DatedChange]
) -> tuple[Battery | None, Battery | None]:
    """Return the battery that is there, and that which comes later; none where its coming is not counted."""
    if section is None or not section.active:
        return None, None
    battery = core_value(section, Battery, position=position_of(section))
    later = [change.is_counted for change in changes if change.what is What.BATTERY]
    return (None, battery if any(later) else None) if later else (battery, None)


def _flexible(section: FlexibleSection) -> FlexibleLoad:
    hours = {"usual": section.usual, "allowed": section.allowed}
    windows: dict[str, Any] = {name: read_windows(text) for name, text in hours.items() if text}
    sizes: dict[str, Any] = {"daily_kwh": section.daily_kwh, "power_kw": section.power_kw}
    return FlexibleLoad(participant=section.participant, **sizes, **windows)


NOBODY_RECEIVES = KeyChoice(name=STATIC.name, parameters={"shares": {}})


def without_sharing(scenario: Scenario) -> Scenario:
    """Return a scenario in which each plant serves who stands under it and sells the rest.

    Nobody receives, no fee is paid; a shared battery has nothing to share, and is left out.
    """
    prices = replace(scenario.prices, pmo_eur_per_year=0.0, pmo_eur_per_kwh=0.0)
    note = _("sharing = false: nothing is shared here, this is what sharing is compared with")
    notes = (*scenario.notes, note)
    return replace(scenario, sharing=False, key=NOBODY_RECEIVES, prices=prices, battery=None, notes=notes)


def priced_without_sharing(scenario: Scenario) -> Scenario:
    """Scenario for the euros without sharing: no local price, no key."""
    nothing = without_sharing(scenario)
    prices = replace(
        nothing.prices,
        local_eur_per_kwh=0.0,
        local_ratio=None,
        local_by_slot_eur_per_kwh={},
        local_by_plant_eur_per_kwh={},
        local_by_participant_eur_per_kwh={},
        local_by_person_eur_per_kwh={},
    )
    return replace(
        nothing, prices=prices, key_parameters={}, assumptions=(), notes=(), questions=(), variant=None
    )
