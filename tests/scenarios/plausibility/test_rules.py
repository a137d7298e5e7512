"""Each rule of the table on one folder that is sound and one that is not, figures by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import pytest

from acc.arrays import CellValue
from acc.scenario import Accepted
from profiles.curves.facts import CurveFacts
from reports.format.language import use
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.row_models import SECTIONS, ParticipantRow, PlantRow
from scenarios.entry.plausibility.of_curves import OF_CURVES, curve_oddities
from scenarios.entry.plausibility.of_pairs import OF_LINES
from scenarios.entry.plausibility.of_rows import OF_ROWS, odd_local_price, odd_rows, same_person
from scenarios.entry.plausibility.rules import FolderToCheck, ImplausibleValue, rules

SITE: Mapping[str, object] = {"kind": "company", "commune": "Bergerac", "profile": "office"}
START = date(2026, 1, 1)


@dataclass(frozen=True)
class Places:
    """A folder of text files."""

    persons: tuple[Row, ...] | None = None

    @property
    def tables(self) -> Mapping[str, tuple[Row, ...]]:
        return {"persons.csv": self.persons or ()}

    def table(self, file: str) -> str:
        return file

    @property
    def sections(self) -> Mapping[str, CellValue]:
        return {}

    def place(self, section: str, key: str = "", rank: int = 0) -> str:
        return f"operation.toml, [{section}] {key}"


def folder(
    *sites: Mapping[str, object], plants: tuple[Mapping[str, object], ...] = (), **more: object
) -> FolderToCheck:
    """Return sites `a`, `b`..., and plants `p`, `q`..., on lines 2, 3..."""
    use("fr")
    ids, read = "abcdefgh", []
    for n, own in enumerate(sites):
        cells = {"id": ids[n], **SITE, **own}
        read.append((Row("participants.csv", n + 2, cells), ParticipantRow.model_validate(cells)))
    made = []
    for n, own in enumerate(plants):
        cells = {"id": "pqrs"[n], "kwp": 90, **own}
        made.append((Row("plants.csv", n + 2, cells), PlantRow.model_validate(cells)))
    places = Places(more.get("persons"))  # type: ignore[arg-type]
    price = {"local_eur_per_mwh": more.get("price")}
    prices = SECTIONS["prices"].model_validate(price) if "price" in more else None
    return FolderToCheck.of(places, read, made, prices)


HERE = {"latitude": 44.84785, "longitude": 0.48563}
ROUND = {"latitude": 44.85, "longitude": 0.48}
PERSONS = (Row("persons.csv", 2, {"id": "ville"}),)
TOWN = (Row("persons.csv", 2, {"id": "ville", "name": "Bergerac", "kind": "Commune"}),)

SELDOM = {"kva": "60", "profile": "sports-hall"}

ROWS: Mapping[str, tuple[FolderToCheck, FolderToCheck, str]] = {
    "same_site": (
        folder(
            {"name": "Dépôt", "annual_kwh": 900}, {"name": "Dépôt", "commune": "Creysse", "annual_kwh": 900}
        ),
        folder({"name": "Dépôt", "annual_kwh": 1}, {"name": "depot ", "annual_kwh": 2}),
        "participants.b.id#same_site",
    ),
    "same_plant": (
        folder(plants=({**HERE, "name": "Nord"}, {**HERE, "name": "Sud", "kwp": 36})),
        folder(plants=({**HERE, "name": "Nord"}, {**HERE, "name": "Sud"})),
        "plants.q.id#same_plant",
    ),
    "filled_down": (
        folder(*({"annual_kwh": 62_000} for _ in "abcd")),
        folder(*({"annual_kwh": 62_137 + n} for n in range(4))),
        "participants.b.annual_kwh#filled_down",
    ),
    "same_kwh": (
        folder({"annual_kwh": 62_100}, {"annual_kwh": 62_100}),
        folder({"annual_kwh": 62_137}, {"annual_kwh": 62_137}),
        "participants.b.annual_kwh#same_kwh",
    ),
    "used_hours": (
        folder({"kva": "60", "annual_kwh": 15_000}, {**SELDOM, "annual_kwh": 9_000}),
        folder({"kva": "60", "annual_kwh": 12_900}),
        "participants.a.annual_kwh#used_hours",
    ),
    "kva_step": (
        folder({"kva": "36"}, {"kva": "37"}),
        folder({"kva": "35"}, {"kva": "37"}),
        "participants.a.kva#kva_step",
    ),
    # The median of the four others is 105.
    "supply_price": (
        folder(*({"kva": "60", "supply_eur_per_mwh": price} for price in (100, 104, 106, 110, 152))),
        folder(*({"kva": "60", "supply_eur_per_mwh": price} for price in (100, 104, 106, 110, 153))),
        "participants.e.supply_eur_per_mwh#supply_price",
    ),
    "no_person": (
        folder({"person": "ville"}, {"person": "ville"}, persons=PERSONS),
        folder({"person": "ville"}, {}, persons=PERSONS),
        "participants.b.person#no_person",
    ),
    "no_active": (
        folder({"active": "oui"}, {"active": "non"}),
        folder({"active": "oui"}, {}),
        "participants.b.active#no_active",
    ),
    "same_person": (
        folder({"kind": "commune"}, persons=(*TOWN, Row("persons.csv", 3, {"id": "v", "name": "Creysse"}))),
        folder({"kind": "commune"}, persons=(*TOWN, Row("persons.csv", 3, {"id": "v", "name": "bergerac"}))),
        "persons.v.id#same_person",
    ),
    "person_kind": (
        folder({"person": "ville", "kind": "commune"}, persons=TOWN),
        folder({"person": "ville"}, persons=TOWN),
        "participants.a.kind#person_kind",
    ),
    "named_profile": (
        folder({"name": "Bureau de la piscine"}, {"name": "Hangar 4"}),
        folder({"name": "Piscine du Pont"}),
        "participants.a.profile#named_profile",
    ),
    # One of one decimal; of two, two may be chance, three are not.
    "rough_place": (
        folder(ROUND, {"latitude": 44.9, "longitude": 0.48}, {"latitude": 44.85123, "longitude": 0.5}),
        folder(ROUND, {"latitude": 44.86, "longitude": 0.48}, {"latitude": 44.87, "longitude": 0.48}),
        "participants.a.latitude#rough_place",
    ),
    # Seven others at 128 to 132, one at 156: 130 without VAT.
    "taxed_price": (
        folder(
            *(
                {"kva": "24", "supply_eur_per_mwh": price}
                for price in (128, 129, 130, 130, 131, 131, 132, 142)
            )
        ),
        folder(
            *(
                {"kva": "24", "supply_eur_per_mwh": price}
                for price in (128, 129, 130, 130, 131, 131, 132, 156)
            )
        ),
        "participants.h.supply_eur_per_mwh#taxed_price",
    ),
    "local_price": (
        folder({"supply_eur_per_mwh": 110}, {"supply_eur_per_mwh": 90}, price=105),
        folder({"supply_eur_per_mwh": 100}, {"supply_eur_per_mwh": 90}, price=105),
        "prices.local_eur_per_mwh#local_price",
    ),
    "host_at_night": (
        folder({}, plants=({"behind": "a"},)),
        folder({"profile": "street-lighting"}, plants=({"behind": "a"},)),
        "plants.p.behind#host_at_night",
    ),
    # 90 kWp make 99 000 kWh: 30 times 3 300.
    "host_energy": (
        folder({"annual_kwh": 3_300}, plants=({"behind": "a"},)),
        folder({"annual_kwh": 3_299}, plants=({"behind": "a"},)),
        "plants.p.behind#host_energy",
    ),
    "host_power": (
        folder({"kva": "12/15"}, plants=({"behind": "a"},)),
        folder({"kva": "9/12"}, plants=({"behind": "a"},)),
        "plants.p.behind#host_power",
    ),
    "roof_area": (
        folder({"quantity": 360, "quantity_unit": "m2"}, plants=({"behind": "a"},)),
        folder({"quantity": 359, "quantity_unit": "m2"}, plants=({"behind": "a"},)),
        "plants.p.kwp#roof_area",
    ),
    "area_energy": (
        folder({"quantity": 100, "quantity_unit": "m2", "annual_kwh": 150_000}),
        folder({"quantity": 100, "quantity_unit": "m2", "annual_kwh": 160_000}),
        "participants.a.annual_kwh#area_energy",
    ),
    # 90,000 kWh by 9 kVA are 10,000 hours: more than a year has.
    "copied_kva": (
        folder({"kva": "9"}, {"kva": "9", "annual_kwh": 40_000}),
        folder({"kva": "9"}, {"kva": "9", "annual_kwh": 90_000}),
        "participants.b.kva#copied_kva",
    ),
}

LOAD = CurveFacts(
    peak_kw=30.0,
    prm="30000000000001",
    first_day="2025-01-01",
    last_day="2025-12-31",
    yearly_kwh=60_000.0,
    dark_ratio=0.4,
    zero_ratio=0.02,
    day_ratio=0.55,
    summer_winter=0.9,
    digest="a",
)
SUN = replace(
    LOAD, dark_ratio=0.0, day_ratio=0.9, summer_winter=2.4, yearly_kwh=99e3, digest="s", mean_hour=12.0
)
MEASURED = {"profile": None, "curve": "a.csv", "prm": "30000000000001", "kva": "36", "annual_kwh": 62_000}
OTHER = {**MEASURED, "prm": None, "curve": "b.csv"}
SITES = folder(MEASURED, OTHER, plants=({"curve": "toit.csv", **HERE}, {"kwp": 9, "behind": "b"}))
SOUND = {"participants.a": LOAD, "participants.b": replace(LOAD, digest="b", prm=None), "plants.p": SUN}

CURVES: Mapping[str, tuple[str, CurveFacts]] = {
    "curve_prm": ("participants.a.curve", replace(LOAD, prm="30000000000002")),
    "same_curve": ("participants.b.curve", LOAD),
    "curve_sun": ("participants.a.curve", SUN),
    "curve_dark": ("plants.p.curve", LOAD),
    "curve_swapped": ("participants.a.curve", replace(LOAD, swapped_ratio=0.6)),
    "curve_net": ("participants.b.curve", replace(LOAD, digest="b", prm=None, noon_dip=0.2)),
    "curve_top": ("participants.a.curve", replace(LOAD, top_ratio=0.01)),
    "copied_days": ("participants.a.curve", replace(LOAD, copied_days=31)),
    "curve_hours": ("participants.a.curve", replace(LOAD, dark_ratio=0.8, day_ratio=0.15)),
    "curve_bill": ("participants.a.curve", replace(LOAD, yearly_kwh=124_000.0)),
    "used_power": ("participants.a.curve", replace(LOAD, peak_kw=4.0)),
    "curve_year": ("participants.a.curve", replace(LOAD, last_day="2019-12-31")),
    "curve_week": ("participants.a.curve", replace(LOAD, quiet_from=1, quiet_ratio=0.6)),
    "curve_zeros": ("participants.a.curve", replace(LOAD, zero_days=31.0)),
    "curve_stopped": ("plants.p.curve", replace(SUN, zero_days=6.0)),
    "curve_stuck": ("participants.a.curve", replace(LOAD, stuck_days=9.0)),
    "curve_noon": ("plants.p.curve", replace(SUN, mean_hour=15.5)),
    "curve_holes": ("participants.a.curve", replace(LOAD, missing_ratio=0.2)),
    "plant_yield": ("plants.p.curve", replace(SUN, yearly_kwh=99_000_000.0)),
}


OTHER_LIMITS = ("curve_stopped", "zeros_alone", "day_hours", "school_hours", "lit_hours", "known_week")

CALLED: Mapping[str, tuple[str, CurveFacts, CurveFacts, str]] = {
    "an office, six hours late": ("Bureaux", LOAD, replace(LOAD, busy_hour=19.8), "curve_hours"),
    "a school, two hours late": ("École", LOAD, replace(LOAD, busy_hour=14.5), "curve_hours"),
    "lamps two hours late": ("Éclairage", replace(LOAD, dark_ratio=0.97), LOAD, "curve_hours"),
    "a cellar that is even": (
        "Cave",
        replace(LOAD, busy_hour=None),
        replace(LOAD, busy_hour=19),
        "curve_hours",
    ),
    "an office that rests on Monday": (
        "Bureaux",
        replace(LOAD, quiet_from=6, quiet_ratio=0.3),
        replace(LOAD, quiet_from=0, quiet_ratio=0.85),
        "curve_week",
    ),
    "a school that rests on Wednesday": (
        "Collège",
        replace(LOAD, quiet_from=5, quiet_ratio=0.3),
        replace(LOAD, quiet_from=6, quiet_ratio=0.3),
        "curve_week",
    ),
    "a restaurant that rests on Tuesday": (
        "Restaurant",
        replace(LOAD, quiet_from=0, quiet_ratio=0.3, busy_hour=19),
        replace(LOAD, quiet_from=2, quiet_ratio=0.3),
        "curve_week",
    ),
    "a pump that is often at rest": (
        "Forage",
        replace(LOAD, zero_days=18.0, zero_ratio=0.3),
        replace(LOAD, zero_days=18.0, zero_ratio=0.0),
        "curve_zeros",
    ),
    "panels that no plant of the folder is": (
        "Site",
        replace(LOAD, noon_dip=0.6, day_ratio=0.2),
        SUN,
        "curve_sun",
    ),
}
"""A name, its curve that is true, one that is not, what says so."""


def both(folder: FolderToCheck) -> list[ImplausibleValue]:
    """What rows, then prices, say against rows."""
    return [*odd_rows(folder), *odd_local_price(folder), *same_person(folder)]


@pytest.mark.parametrize("rule", ROWS)
def test_a_rule_of_rows_finds_its_slip_and_no_sound_folder(rule: str) -> None:
    sound, slip, path = ROWS[rule]
    assert not both(sound)
    assert [odd.path for odd in both(slip)] == [path]


@pytest.mark.parametrize("rule", CURVES)
def test_a_rule_of_curves_finds_its_slip_and_no_sound_folder(rule: str) -> None:
    assert not list(curve_oddities(SITES, SOUND, START))
    path, facts = CURVES[rule]
    name = path.rpartition(".")[0]
    (odd,) = curve_oddities(SITES, {**SOUND, name: facts}, START)
    told = "curve_zeros" if rule == "curve_stopped" else rule
    assert odd.path == f"{path}#{told}"


@pytest.mark.parametrize("case", CALLED)
def test_what_is_usual_goes_with_the_name_of_the_site(case: str) -> None:
    name, right, slip, rule = CALLED[case]
    site = folder({**MEASURED, "name": name})
    assert not list(curve_oddities(site, {"participants.a": right}, START))
    (odd,) = curve_oddities(site, {"participants.a": slip}, START)
    assert odd.path == f"participants.a.curve#{rule}"


def test_one_cause_is_told_once_with_what_it_explains_and_each_is_kept_alone() -> None:
    use("fr")
    wrong = replace(LOAD, prm="30000000000002", yearly_kwh=224_000.0, peak_kw=60.0)
    (odd,) = curve_oddities(SITES, {**SOUND, "participants.a": wrong}, START)
    text = odd.sentence.replace("\u202f", " ").replace("\xa0", " ")
    assert text.startswith("a, courbe : le fichier est d’un autre compteur : son PRM finit par 0002")
    assert "De là aussi, sans doute : 224 000 kWh pour 62 000 facturés ; 60 kW pour 36 kVA." in text
    kept = [Accepted(where=odd.path, value="a.csv", why="déménagement")]
    (rest,) = curve_oddities(SITES, {**SOUND, "participants.a": wrong}, START, kept)
    assert rest.path == "participants.a.curve#curve_bill"


def test_a_curve_that_is_lent_is_no_doubt() -> None:
    lent = folder(MEASURED, {**OTHER, "scale_to_kwh": 88_000})
    assert not list(curve_oddities(lent, SOUND | {"participants.b": LOAD}, START))


def test_homes_of_one_place_with_the_same_kwh_are_no_doubt() -> None:
    home = {**HERE, "kind": "household", "profile": "household", "annual_kwh": 3001}
    assert not both(folder(*(home for _ in "abcde")))


def test_each_line_of_the_table_has_its_function_and_its_case() -> None:
    of_rows, of_curves = ([n for n, r in rules().items() if r.needs == kind] for kind in ("rows", "curves"))
    # A price is of no row; one function reads the limit that goes with the site.
    assert set(of_rows) - set(OF_LINES) == {*OF_ROWS, "local_price", "same_person"} == set(ROWS)
    assert set(of_curves) == {*OF_CURVES, *OTHER_LIMITS}
    assert set(CURVES) == {*OF_CURVES, "curve_stopped"}
    assert all(rule.source and rule.confidence in "HML" for rule in rules().values())
