"""From the words of the files to the values of the core: EUR/MWh to EUR/kWh, rows to sites."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from gettext import gettext as _
from typing import Any

from acc.changes import LATE, OF_THE_OPERATION, DatedChange, What
from acc.finance import Finance
from acc.i18n import decimal, long_day
from acc.keys.static import STATIC
from acc.plan.another_power import with_quoted
from acc.plant_model import PlantModel
from acc.scenario import Battery, Decide, FlexibleLoad, KeyChoice, Prices, Scenario, WeatherChoice, Words
from acc.sites import (
    FixedPrice,
    LoadSource,
    Participant,
    Plant,
    PlantCosts,
    Site,
    SupplyContract,
    SurplusChoice,
)
from acc.units import eur_per_kwh
from scenarios.entry.columns.bill_columns import kept_bill, seasonal_windows
from scenarios.entry.columns.compound_cells import (
    code_or_file,
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
    WeatherSection,
    WordsSection,
)
from scenarios.entry.columns.rows import by_name, position_of
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


SLOTS = ("hph", "hch", "hpb", "hcb", "pointe")


def _site(row: SiteRow, target: type[Site]) -> dict[str, Any]:
    """Arguments of a site, by name, with those named or read differently in the core."""
    return by_name(row, target) | {
        "name": row.name or row.id,
        "position": position_of(row),
        "density_class": row.density,
    }


def _participant(row: ParticipantRow, supply_ratio: float) -> Participant:
    """Return a participant, the prices of its supplier times `supply_ratio`."""
    prices = {"all": row.supply_eur_per_mwh} | {
        slot: getattr(row, f"supply_{slot}_eur_per_mwh") for slot in SLOTS
    }
    contract: dict[str, Any] = by_name(row, SupplyContract) | {
        "energy_eur_per_kwh": {
            slot: eur_per_kwh(p) * supply_ratio for slot, p in prices.items() if p is not None
        },
        "subscribed_kva": read_powers(row.kva),
        "off_peak_hours": read_windows(row.off_peak),
        "peak_hours": read_windows(row.peak),
        "off_peak_winter_hours": seasonal_windows(row.off_peak_winter),
        "off_peak_summer_hours": seasonal_windows(row.off_peak_summer),
        "accise_eur_per_kwh": _per_kwh(row.accise_eur_per_mwh),
        "until": row.supply_until,
    }
    load: dict[str, Any] = by_name(row, LoadSource)
    own = _site(row, Participant) | {
        "bill": kept_bill(row),
        # Silence closes the row of a company, an association or a home; what is public stays open.
        "publish": row.kind.has_public_mission if row.publish is None else row.publish is True,
        "publish_to": row.publish if isinstance(row.publish, frozenset) else frozenset(),
        "counted_below_ten": row.counted_below_ten is True,
        "source": LoadSource(**load),
        "contract": SupplyContract(**contract),
    }
    return Participant(**own)


def _plant(row: PlantRow, read: Mapping[str, Any]) -> Plant:
    costs = {name: value for name, value in by_name(row, PlantCosts).items() if value is not None}
    model: dict[str, Any] = by_name(row, PlantModel) | {
        "mounting": row.mounting or usual_mounting(row),
        "losses": read_losses(row.losses),
        "horizon_deg": read_horizon(row.horizon_deg),
        "shading_ratio": read_shading(row.shading_ratio),
    }
    own = _site(row, Plant) | {
        "planes": read_planes(row),
        "surplus": None if row.surplus is None else read_surplus(row.surplus),
        "commissioned_year": row.commissioned_on.year if row.commissioned_on else row.commissioned_year,
        "costs": PlantCosts(**costs) if costs else None,  # type: ignore[arg-type]
        "own_use_eur_per_kwh": _per_kwh(row.own_use_eur_per_mwh),
        "model": PlantModel(**model),
        "quotes": read["quotes"].get(row.id, ()),
        "added_to": read["panels"].get(row.id),
    }
    return with_quoted(Plant(**own))


def _per_kwh(eur_per_mwh: float | None) -> float | None:
    return None if eur_per_mwh is None else eur_per_kwh(eur_per_mwh)


def _dated(counted: Sequence[DatedChange], uncounted: int) -> dict[str, Any]:
    """Dated changes of a scenario: of meters, of the operation, and number of uncounted ones."""
    changes = tuple(change for change in counted if change.what not in OF_THE_OPERATION)
    others = tuple(change for change in counted if change.what in OF_THE_OPERATION)
    return {"changes": changes, "other_changes": others, "uncounted_changes": uncounted}


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
    counted = _counted(read["changes"], inactive | idle, everyone=everyone) if operation.changes else ()
    battery, later_battery = _batteries(read["battery"], read["changes"] if operation.changes else ())
    ids = {row.id for row in participants}
    keys = {name: with_kinds(own, ids) for name, own in read["keys"].items()}
    section, supply = read["key"], read["prices"].supply_ratio or 1.0
    owners = {row.owner for row in plants if row.id not in idle}
    on, dated = rates_day(operation.rates_on)
    built = tuple(_plant(row, read) for row in plants if row.id not in idle)
    own: dict[str, Any] = {k: v for k, v in by_name(operation, Scenario).items() if k != "changes"}
    return Scenario(
        **own,
        variant=variant,
        steps=read["steps"],
        participants=tuple(_participant(row, supply) for row in participants if row.id not in inactive),
        absent=tuple(_participant(row, supply) for row in participants if row.id in inactive & owners),
        plants=built,
        on=on,
        assumptions=(*dated, *_ratios(read["prices"]), *usual_kinds(built), *usual_mountings(plants, idle)),
        regime=operation.perimeter,
        key=_key(section.name, with_kinds(section.model_extra or {}, ids), key, keys),
        key_parameters=keys,
        prices=_prices(read["prices"]),
        finance=_finance(read["finance"]),
        weather=_weather(read["weather"]),
        words=_words(read["words"]),
        decide=Decide(**read["decide"].model_dump()),
        persons=read["persons"],
        parties=read["parties"],
        organiser=read_organiser(read["pmo"]),
        accepted=read["accepted"],
        files=_files(read),
        **_dated(counted, 0 if operation.changes else sum(change.is_counted for change in read["changes"])),
        inactive_ids=frozenset(inactive),
        inactive_plant_ids=frozenset(idle),
        battery=battery,
        later_battery=later_battery,
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


def _counted(
    changes: Iterable[DatedChange], left_out: set[str], *, everyone: bool
) -> tuple[DatedChange, ...]:
    """Return the changes of who is there; `everyone` takes in those that are not counted."""
    return tuple(
        change for change in changes if (change.is_counted or everyone) and change.site not in left_out
    )


def _ratios(prices: PricesSection) -> list[tuple[str, str, str]]:
    """Return the hypotheses of prices that are told otherwise than they are written."""
    ratios = (
        (_("Suppliers’ prices"), "supply_ratio", prices.supply_ratio),
        (_("Local prices"), "local_ratio", prices.local_ratio),
    )
    why = _("every price that is written is multiplied by it (`[prices] {name}`)")
    return [
        (what, f"× {decimal(ratio, 3)}", why.format(name=name))
        for what, name, ratio in ratios
        if ratio is not None
    ]


def _key(
    own: str,
    parameters: Mapping[str, object],
    name: str | None,
    keys: Mapping[str, Mapping[str, object]],
) -> KeyChoice:
    if name is None or name == own:
        return KeyChoice(name=own, parameters=parameters)
    # Parameters belong to the key that they stand beside: another key has its own in [keys.NAME], or none.
    return KeyChoice(name=name, parameters=keys.get(name, {}))


def with_kinds(parameters: Mapping[str, object], ids: Collection[str]) -> dict[str, object]:
    """Return the parameters of a key, a kind written in French as the core calls it; an id stays an id."""

    def named(word: object) -> object:
        return word if word in ids else word_of("kind", str(word)) or word

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
    ratio, flat = section.local_ratio or 1.0, section.local_eur_per_mwh
    own: dict[str, Any] = by_name(section, Prices) | {"surplus": _surplus(section.surplus)}

    def per_kwh(prices: Mapping[str, float]) -> dict[str, float]:
        return {name: eur_per_kwh(value) * ratio for name, value in prices.items()}

    return Prices(
        **own,
        local_eur_per_kwh=None if flat is None else eur_per_kwh(flat) * ratio,
        local_by_slot_eur_per_kwh=per_kwh(section.local_by_slot_eur_per_mwh),
        local_by_plant_eur_per_kwh=per_kwh(section.local_by_plant_eur_per_mwh),
        local_by_participant_eur_per_kwh=per_kwh(section.local_by_participant_eur_per_mwh),
        local_by_person_eur_per_kwh=per_kwh(section.local_by_person_eur_per_mwh),
        surplus_fee_eur_per_kwh=eur_per_kwh(section.surplus_fee_eur_per_mwh),
        pmo_eur_per_kwh=eur_per_kwh(section.pmo_eur_per_mwh),
    )


def _surplus(given: str | float | None) -> SurplusChoice | None:
    if isinstance(given, str):
        return code_or_file(given)
    return None if given is None else FixedPrice(eur_per_kwh(given))


def _finance(section: FinanceSection | None) -> Finance | None:
    if section is None:
        return None
    own: dict[str, Any] = by_name(section, Finance)
    return Finance(**own, market_eur_per_kwh=_per_kwh(section.market_eur_per_mwh))


def _words(section: WordsSection) -> Words:
    """Return the words of the brief, the calendar as (when, what)."""
    calendar = tuple((step.when, step.what) for step in section.calendar)
    return Words(**section.model_dump(exclude={"calendar"}), calendar=calendar)


def _battery(section: BatterySection | None) -> Battery | None:
    if section is None or not section.active:
        return None
    own: dict[str, Any] = by_name(section, Battery)
    return Battery(**own, position=position_of(section))


def _files(read: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the tables that a folder has beside those of all."""
    optional = ((PERSONS, read["persons"] is not None), (QUOTES, read["quotes"]), (CHANGES, read["changes"]))
    return tuple(name for name, rows in optional if rows)


def _batteries(
    section: BatterySection | None, changes: Iterable[DatedChange]
) -> tuple[Battery | None, Battery | None]:
    """Return the battery that is there, and that which comes later; none where its coming is not counted."""
    now, later = _battery(section), [change.is_counted for change in changes if change.what is What.BATTERY]
    return (None, now if any(later) else None) if later else (now, None)


def _flexible(section: FlexibleSection) -> FlexibleLoad:
    hours = {"usual": section.usual, "allowed": section.allowed}
    return FlexibleLoad(
        participant=section.participant,
        daily_kwh=section.daily_kwh,
        power_kw=section.power_kw,
        **{name: read_windows(text) for name, text in hours.items() if text},
    )


def _weather(section: WeatherSection) -> WeatherChoice:
    own: dict[str, Any] = by_name(section, WeatherChoice)
    return WeatherChoice(**own, position=position_of(section))


NOBODY_RECEIVES = KeyChoice(name=STATIC.name, parameters={"shares": {}})


def without_sharing(scenario: Scenario) -> Scenario:
    """Return a scenario in which each plant serves who stands under it and sells the rest.

    Nobody receives, no fee is paid; a shared battery has nothing to share, and is left out.
    """
    prices = replace(scenario.prices, pmo_eur_per_year=0.0, pmo_eur_per_kwh=0.0)
    note = _("sharing = false: nothing is shared here, this is what sharing is compared with")
    return replace(
        scenario,
        sharing=False,
        key=NOBODY_RECEIVES,
        prices=prices,
        battery=None,
        notes=(*scenario.notes, note),
    )


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
