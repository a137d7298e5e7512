"""What the cache is asked by: every field that changes a made array changes its key.

Each field of the plants, loads and settings is varied alone: a field added without a line here fails.
"""

import dataclasses
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from acc.by_hour import ByHour, HourlyCarbon
from acc.changes import DatedChange, What
from acc.finance import Finance
from acc.kept_bill import KeptBill
from acc.parties import Organiser, PaperSignature, Party
from acc.plant_model import Module, Mounting, Plane
from acc.problem import InputError, Problem
from acc.scenario import (
    Accepted,
    Battery,
    DecisionCriterion,
    FlexibleLoad,
    KeyChoice,
    Prices,
    Regime,
    Scenario,
    Words,
)
from acc.sites import (
    ContractCode,
    Kind,
    LoadSource,
    Participant,
    Person,
    Plant,
    PlantCosts,
    PlantKind,
    Position,
    Quote,
    Said,
    StudyKind,
    SupplyContract,
)
from acc.steps import Steps
from scenarios.operation.metering.kept_meters import arrays
from scenarios.operation.metering.meter import _Sources
from scenarios.operation.metering.subprocess_worker import Makers
from scenarios.operation.store.store import KeptKind, KeptStore
from tests.effort import kept

DAYS = 15
BERGERAC = Position(44.84, 0.49)
MODELLED = Plant(id="toit", name="Toit", kwp=36.0, position=BERGERAC, inverter_kva=20.0)
MEASURED = replace(MODELLED, curve="toit.csv")
METERED = Participant(
    id="mairie",
    name="Mairie",
    kind=Kind.COMMUNE,
    position=BERGERAC,
    source=LoadSource(curve="mairie.csv"),
    contract=SupplyContract(subscribed_kva=(36.0,)),
)
PROFILE = replace(METERED, source=LoadSource(profile="town-hall", annual_kwh=62_000.0))
SIZED = replace(METERED, source=LoadSource(profile="town-hall", quantity=800.0, quantity_unit="m2"))
PUBLISHED = replace(METERED, source=LoadSource(profile="shapes.csv#RES1_BASE", annual_kwh=5_000.0))

POSTES = replace(
    PROFILE,
    bill=KeptBill(
        kwh_by_slot={"hp": 50_000.0, "hc": 12_000.0},
        kwh_by_month={1: 6_000.0},
        start=date(2025, 1, 1),
        end=date(2025, 12, 31),
        peak_kw=25.0,
    ),
)

OF_A_SITE: dict[str, Any] = {
    "id": "autre",
    "name": "Autre",
    "position": Position(45.84, 1.49),
    "insee": "24037",
    "commune": "Bergerac",
    "density_class": 3,
    "epci": "CAB",
    "substation": "Nord",
    "active": False,
    "within_km": 4.0,
}
OF_A_PLANT: dict[str, Any] = OF_A_SITE | {
    "kwp": 50.0,
    "planes": (Plane(surface_tilt_deg=60.0, surface_azimuth_deg=90.0),),
    "owner": "mairie",
    "losses_ratio": 0.2,
    "inverter_kva": 9.0,
    "behind": "mairie",
    "prm": "30000012344800",
    "curve": "autre.csv",
    "surplus": ContractCode("oa-2026-06"),
    "commissioned_year": 2010,
    "person": "ville",
    "kind": PlantKind.CANOPY,
    "commissioned_on": date(2010, 3, 31),
    "costs": PlantCosts(capex_eur=1.0),
    "quotes": (Quote(kwp=99.0, capex_eur=1.0),),
    "own_use_eur_per_kwh": 0.07,
    "landlord": "b",
    "model.mounting": Mounting.ROOF,
    "model.module": Module.CDTE,
    "model.losses": {"soiling": 0.3},
    "model.horizon_deg": (60.0, 60.0, 60.0, 60.0),
    "model.shading_ratio": (0.5,) * 12,
    "model.albedo_ratio": 0.7,
    "model.degradation_ratio": 0.02,
    "said": Said.PLAN,
    "p50_kwh_per_kwp": 1000.0,
    "p90_kwh_per_kwp": 900.0,
    "stops_at_negative_price": True,
    "kwp_ratio": 1.2,
    "study": StudyKind.STUDY,
    "added_to": "hangar",
}
OF_A_PARTICIPANT: dict[str, Any] = OF_A_SITE | {
    "kind": Kind.COMPANY,
    "prm": "30000012344800",
    "households": 12,
    "publish": False,
    "publish_to": frozenset({"commune"}),
    "counted_below_ten": True,
    "kwh_ratio": 1.2,
    "said": Said.PLAN,
    "source.curve": "autre.csv",
    "source.profile": "primary-school",
    "source.annual_kwh": 90_000.0,
    "source.scale_to_kwh": 90_000.0,
    "source.quantity": 2_000.0,
    "source.quantity_unit": "inhabitants",
    "contract.energy_eur_per_kwh": {"all": 0.2},
    "contract.turpe": "MU4",
    "contract.subscribed_kva": (1.0,),
    "contract.subscription_eur_per_year": 100.0,
    "contract.off_peak_hours": ((0, 360),),
    "contract.peak_hours": ((540, 660),),
    "contract.recovers_vat": True,
    "contract.off_peak_winter_hours": ((0, 480),),
    "contract.off_peak_summer_hours": ((660, 1140),),
    "contract.accise_eur_per_kwh": 0.001,
    "contract.until": date(2027, 12, 31),
    "person": "ville",
    "bill": KeptBill(kwh_by_slot={"hp": 50_000.0, "hc": 12_000.0}),
}
OF_A_BILL: dict[str, Any] = {path: new for path, new in OF_A_PARTICIPANT.items() if path != "bill"} | {
    "bill.kwh_by_slot": {"hp": 60_000.0, "hc": 2_000.0},
    "bill.kwh_by_month": {3: 9_000.0},
    "bill.start": date(2025, 2, 1),
    "bill.end": date(2026, 1, 5),
    "bill.peak_kw": 12.0,
}
OF_A_SCENARIO: dict[str, Any] = {
    "name": "Autre",
    "steps.start_utc": datetime(2026, 3, 3, 23),
    "steps.step_minutes": 30,
    "steps.count": 24 * DAYS - 24,
    "participants": (replace(METERED, position=Position(45.84, 1.49)),),
    "plants": (replace(MODELLED, position=Position(45.84, 1.49)),),
    "on": date(2026, 9, 1),
    "variant": "sans",
    "questions": ("prix = 95",),
    "place": "Bergerac",
    "fictitious": True,
    "holes": "week",
    "regime": Regime.KM_20,
    "key": KeyChoice(name="equal"),
    "key_parameters": {"weighted": {"weights": {}}},
    "prices": Prices(local_eur_per_kwh=0.1),
    "finance": Finance(),
    "weather.source": "pvgis-absent.csv",
    "weather.seed": 25,
    "weather.year": 2003,
    "weather.months": "absent.epw",
    "weather.position": Position(45.84, 1.49),
    "words": Words(promise="oui"),
    "absent": (METERED,),
    "inactive_ids": frozenset({"cave"}),
    "inactive_plant_ids": frozenset({"hangar"}),
    "assumptions": (("a", "b", "c"),),
    "notes": ("note",),
    "density_vintage": 2025,
    "files": ("cle.csv",),
    "battery": Battery(energy_kwh=10.0, power_kw=5.0, round_trip_ratio=0.9),
    "flexible": (FlexibleLoad(participant="mairie", daily_kwh=5.0, power_kw=2.0),),
    "persons": (Person(id="ville", name="Ville"),),
    "sharing": False,
    "decide.order": (DecisionCriterion.TOTAL,),
    "decide.near_ratio": 0.2,
    "accepted": (Accepted(where="participants.csv", value=62, why="un local vide"),),
    "doubted": {"plants.toit.kind": "une ombrière ?"},
    "markets": {"spot.csv": ByHour(file="spot.csv", values=np.full(24 * DAYS, 0.06), own_mean=0.06)},
    "carbon": HourlyCarbon(average=ByHour(file="co2.csv", values=np.full(24 * DAYS, 40.0), own_mean=40.0)),
    "parties": {"mairie": Party(id="mairie", supplier="un fournisseur")},
    "organiser": Organiser(name="une association"),
    "signatures": (PaperSignature(id="adhesion-mairie", paper="act", who="mairie"),),
    "uncounted_changes": 2,
    "moved_ids": frozenset({"mairie"}),
    "other_changes": (DatedChange(site="mairie", what=What.PRICE, since=date(2028, 1, 1), ratio=1.1),),
    "later_battery": Battery(energy_kwh=10.0, power_kw=5.0, round_trip_ratio=0.9),
    "changes": (DatedChange(site="mairie", what=What.CLOSES, since=date(2028, 1, 1)),),
}

SCENARIO = Scenario(
    name="Essai",
    steps=Steps.between(date(2026, 3, 2), date(2026, 3, 2 + DAYS), 60),
    participants=(METERED,),
    plants=(MODELLED,),
    on=date(2026, 3, 2),
)
LOADS = {
    "metered": METERED,
    "by bill": PROFILE,
    "by size": SIZED,
    "published": PUBLISHED,
    "by postes": POSTES,
}
PLANTS = {"modelled": MODELLED, "measured": MEASURED}


def table_of(site: Participant | Plant) -> Mapping[str, Any]:
    """Return the fields of a site that are varied, each with another value."""
    if isinstance(site, Plant):
        return OF_A_PLANT
    return OF_A_PARTICIPANT if site.bill is None else OF_A_BILL


@dataclass(frozen=True)
class Asked(KeptStore):
    """A store that remembers what it was asked, and holds nothing."""

    folder: Path | None = Path()
    keys: list[str] = dataclasses.field(default_factory=list)

    def _known(self, _kind: KeptKind[Any], name: Hashable) -> None:
        self.keys.append(str(name))

    def _keep(self, kind: KeptKind[Any], name: Hashable, thing: object) -> None:
        """Keep nothing."""


def paths(value: Any, before: str = "") -> Iterator[str]:
    """Yield the fields of a value, those of its own parts as `part.field`; places and lists are one."""
    for field in fields(value):
        inside = getattr(value, field.name)
        if is_dataclass(inside) and not isinstance(inside, (Position, KeyChoice, Prices, Words)):
            yield from paths(inside, f"{before}{field.name}.")
        else:
            yield f"{before}{field.name}"


def changed(value: Any, path: str, new: Any) -> Any:
    name, _dot, rest = path.partition(".")
    return replace(value, **{name: changed(getattr(value, name), rest, new) if rest else new})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    (folder / "curves").mkdir()
    for name, factor in {"mairie": 1.0, "toit": 2.0, "autre": 3.0}.items():
        (folder / "curves" / f"{name}.csv").write_text(curve(factor), encoding="utf-8")
    (folder / "curves" / "shapes.csv").write_text(shapes(), encoding="utf-8")
    return folder


def curve(factor: float) -> str:
    """Return a curve by the hour with a hole of one hour, which no two policies fill alike."""
    start = np.datetime64("2026-03-01T23:00")
    rows = [
        f"{start + np.timedelta64(h, 'h')}:00Z;{factor * (1 + h % 24 + h // 168)}"
        for h in range(24 * (DAYS + 1))
        if h != 24 * 10 + 12
    ]
    return "horodatage;site_kwh\n" + "\n".join(rows) + "\n"


def made(scenario: Scenario, folder: Path, site: Participant | Plant | None) -> tuple[str, Any]:
    """Return the key that a site's array is asked by (the weather's, without site), and what is made."""
    asked, problems = Asked(), list[Problem]()
    sources = _Sources(scenario, folder, asked, Makers())
    found: Any = None
    try:
        if site is None:
            found = sources.weather_used()
        else:
            (found,) = sources.gathered([site], problems, print) or [None]
            found = found and (found[0].tobytes(), str(found[1]))
    except InputError as fault:
        problems.extend(fault.problems)
    found = str(InputError(problems)) if problems else found
    return (asked.keys or ["no key: refused before"])[0], found


@cache
def first_made(folder: Path, name: str) -> tuple[str, Any]:
    """Return what `made` does of a site as it stands: every field of it and of the settings is told apart."""
    return made(SCENARIO, folder, {**LOADS, **PLANTS, "weather": None}[name])


def shapes() -> str:
    """Return a published shape by the half-hour: `horodate;sous_profil;categorie;cp;cd;cc`."""
    start = np.datetime64("2026-03-01T23:00")
    moments = [start + np.timedelta64(30 * n, "m") for n in range(48 * (DAYS + 1))]
    head = "horodate;sous_profil;categorie;coefficient_prepare;coefficient_ajuste;coefficient_dynamique\n"
    return head + "".join(f"{m}:00+00:00;RES1_BASE;Conso;1;{1 + n % 5};\n" for n, m in enumerate(moments))


def assert_told_apart(first: tuple[str, Any], second: tuple[str, Any]) -> None:
    """Fail when two arrays that differ would be served one for the other."""
    assert first[0] != second[0] or first[1] == second[1]


@pytest.mark.parametrize(
    ("value", "table"),
    [
        *((plant, OF_A_PLANT) for plant in PLANTS.values()),
        *((load, table_of(load)) for load in LOADS.values()),
        (SCENARIO, OF_A_SCENARIO),
    ],
)
def test_every_field_has_a_line_here(value: object, table: Mapping[str, object]) -> None:
    assert set(paths(value)) == set(table)


@pytest.mark.parametrize("path", OF_A_PLANT)
@pytest.mark.parametrize("name", PLANTS)
def test_a_plant_is_never_served_the_array_of_another(folder: Path, name: str, path: str) -> None:
    plant = PLANTS[name]
    assert_told_apart(
        first_made(folder, name), made(SCENARIO, folder, changed(plant, path, OF_A_PLANT[path]))
    )


@pytest.mark.parametrize(
    ("name", "path"), [(name, path) for name, load in LOADS.items() for path in table_of(load)]
)
def test_a_load_is_never_served_that_of_another(folder: Path, name: str, path: str) -> None:
    load = LOADS[name]
    assert_told_apart(
        first_made(folder, name), made(SCENARIO, folder, changed(load, path, table_of(load)[path]))
    )


@pytest.mark.parametrize("path", OF_A_SCENARIO)
@pytest.mark.parametrize("name", kept(("modelled", "by bill", "weather"), [*LOADS, *PLANTS, "weather"]))
def test_other_settings_are_never_served_the_array_of_these(folder: Path, name: str, path: str) -> None:
    site = {**LOADS, **PLANTS, "weather": None}[name]
    assert_told_apart(
        first_made(folder, name), made(changed(SCENARIO, path, OF_A_SCENARIO[path]), folder, site)
    )


@pytest.mark.parametrize("name", [*LOADS, *PLANTS])
def test_the_arrays_are_made_and_what_shapes_them_is_seen(folder: Path, name: str) -> None:
    # The tests above would hold on errors alone: each array is made, and most of its own fields change it.
    site = {**LOADS, **PLANTS}[name]
    _key, found = made(SCENARIO, folder, site)
    assert isinstance(found, tuple)
    assert np.frombuffer(found[0]).sum() > 0.0
    table = table_of(site)
    of_array = {
        "modelled": {"planes", "losses_ratio", "inverter_kva", "commissioned_year", "model.horizon_deg"},
        "measured": {"curve", "kwp"},
        "metered": {"source.curve", "source.scale_to_kwh", "contract.subscribed_kva"},
        "by bill": {"source.profile", "source.annual_kwh", "id", "bill"},
        "by size": {"source.profile", "source.quantity"},
        "published": {"source.annual_kwh", "bill"},
        "by postes": {
            *(path for path in OF_A_BILL if path.startswith("bill.") and path != "bill.end"),
            *("contract.off_peak_hours", "contract.off_peak_winter_hours"),
        },
    }[name]
    seen = {path for path in table if made(SCENARIO, folder, changed(site, path, table[path]))[1] != found}
    assert of_array <= seen
    settings = {"steps.start_utc", *({"holes"} if name in {"metered", "measured"} else ())}
    for path in settings:
        assert made(changed(SCENARIO, path, OF_A_SCENARIO[path]), folder, site)[1] != found


@pytest.mark.parametrize("name", ["metered", "published", "measured"])
def test_a_file_whose_content_changed_is_read_again(tmp_path: Path, folder: Path, name: str) -> None:
    site = {**LOADS, **PLANTS}[name]
    (tmp_path / "curves").mkdir()
    for path in (folder / "curves").iterdir():
        (tmp_path / "curves" / path.name).write_bytes(path.read_bytes() + b"\n")
    assert made(SCENARIO, folder, site)[0] != made(SCENARIO, tmp_path, site)[0]


def test_a_weather_file_whose_content_changed_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "curves").mkdir()
    scenario = changed(SCENARIO, "weather.source", "ciel.csv")
    keys = []
    for text in ("un", "deux"):
        (tmp_path / "curves" / "ciel.csv").write_text(text, encoding="utf-8")
        keys.append(made(scenario, tmp_path, None)[0])
    assert keys[0] != keys[1]


def test_an_entry_is_kept_for_one_language(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = []
    for language in ("fr", "en"):
        monkeypatch.setenv("LANGUAGE", language)
        asked = Asked()
        asked.known(arrays((1,)), {"load": "a"})
        keys += asked.keys
    assert keys[0] != keys[1]
