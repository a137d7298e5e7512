"""What the ledger is fed with: the tables of a folder, dated rates as numbers, and the kWh of its meters.

Read here again, by other means than the program's: `csv` and `tomllib`, hours by `zoneinfo`, kWh shared in
proportion at each step. A folder of the test is in low voltage, on "prorata", without battery, off-peak from
22:00 to 06:00.
"""

import csv
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

ROOT = Path(__file__).parents[2]
SLOTS = ("hph", "hch", "hpb", "hcb")
"""Full and off-peak hours of the high season (November to March), then of the low one."""

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteFacts:
    """A site over a year.

    Attributes:
        received_kwh: from each plant, by slot, (M, 4).
        supply_eur_per_kwh, network_eur_per_kwh: of each slot, (4,).
        management_eur: what a member of a collective pays more of it in a year, before CTA.
    """

    id: str
    person: str
    bears_vat: bool
    received_kwh: np.ndarray
    supply_eur_per_kwh: np.ndarray
    network_eur_per_kwh: np.ndarray
    accise_eur_per_kwh: float
    management_eur: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PlantFacts:
    """A plant over a year, its costs in money of the first one.

    Attributes:
        host: column of the site behind whose meter it stands; `own_kwh` what that site uses of it, (4,).
        own_use_eur_per_kwh: what the host pays for it.
        landlord: the person who receives the rent; empty where nobody here does.
        price_eur_per_kwh, price_growth, contract_years, cap_kwh: of the surplus.
        last_year: of the plan, in which it still runs.
        ifer_eur: at the first rate, until `ifer_years`, then `ifer_full_eur`.
    """

    id: str
    person: str
    host: int | None
    own_kwh: np.ndarray
    own_use_eur_per_kwh: float
    shared_kwh: float
    surplus_kwh: float
    price_eur_per_kwh: float
    price_growth: float
    contract_years: int
    cap_kwh: float
    premium_eur: float
    fading: float
    last_year: int
    capex_eur: float
    connection_eur: float
    operation_eur: float
    insurance_eur: float
    rent_eur: float
    landlord: str
    inverter_eur: float
    turpe_eur: float
    ifer_eur: float
    ifer_full_eur: float
    ifer_years: int
    grant_eur: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All of it, with what a person decides: `finance` and `prices` as `operation.toml` says them."""

    sites: Sequence[SiteFacts]
    plants: Sequence[PlantFacts]
    finance: Mapping[str, float]
    prices: Mapping[str, float]
    vat_of: Mapping[str, str]
    tax_of: Mapping[str, float]
    rates: Mapping[str, float]


def facts_of(folder: Path, need_kwh: np.ndarray, injected_kwh: np.ndarray, own_kwh: np.ndarray) -> Facts:
    """Read a folder, its meters given: what sites still need, what plants inject, own use, (T, N or M)."""
    operation = tomllib.loads((folder / "operation.toml").read_text(encoding="utf-8-sig"))
    on = operation["operation"]["rates_on"]
    rates = rates_on(on)
    sites, plants = rows(folder / "participants.csv"), rows(folder / "plants.csv")
    persons = rows(folder / "persons.csv") if (folder / "persons.csv").exists() else []
    slot = slots_of(operation["operation"])
    local = received_kwh(need_kwh, injected_kwh, slot)
    finance = {"horizon_years": 20, "discount_ratio": 0.04, "inverter_year": 13, **operation["finance"]}
    facts = [plant_facts(p, plants, sites, persons, operation, rates, on) for p in plants]
    made = []
    for m, fact in enumerate(facts):
        own = np.array([own_kwh[slot == s, m].sum() for s in range(len(SLOTS))])
        shared = local[m].sum()
        kwh = {"own_kwh": own, "shared_kwh": shared, "surplus_kwh": injected_kwh[:, m].sum() - shared}
        made.append(PlantFacts(**fact, **kwh))
    return Facts(
        sites=[site_facts(row, local[:, n], rates) for n, row in enumerate(sites)],
        plants=made,
        finance=finance,
        prices=operation["prices"],
        vat_of={row["id"]: row["vat"] for row in persons if row.get("vat")},
        tax_of={p["id"]: number(p["profit_tax_ratio"]) for p in persons if p.get("profit_tax_ratio")},
        rates=rates,
    )


def facts_by_year(
    folder: Path, need_kwh: np.ndarray, injected_kwh: np.ndarray, own_kwh: np.ndarray
) -> list[Facts]:
    """Read a folder, and find what each year of its plan has: plants fade, needs are those of the first."""
    first = facts_of(folder, need_kwh, injected_kwh, own_kwh)
    made = injected_kwh + own_kwh
    used = need_kwh.copy()
    for m, plant in enumerate(first.plants):
        if plant.host is not None:
            used[:, plant.host] += own_kwh[:, m]
    return [
        facts_of(folder, *faded_meters(first.plants, used, made, year))
        for year in range(1, int(first.finance["horizon_years"]) + 1)
    ]


def faded_meters(
    plants: Sequence[PlantFacts], used_kwh: np.ndarray, made_kwh: np.ndarray, year: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Find what the meters of a year see: what sites still need, what plants inject, own use.

    Plants behind one meter serve it in proportion to what they make.
    """
    left = [(1.0 - p.fading) ** (year - 1) * (year <= p.last_year) for p in plants]
    made, own = made_kwh * np.array(left), np.zeros_like(made_kwh)
    need = used_kwh.copy()
    for host in {p.host for p in plants if p.host is not None}:
        behind = [m for m, p in enumerate(plants) if p.host == host]
        whole = made[:, behind].sum(axis=1)
        spared = np.minimum(used_kwh[:, host], whole)
        need[:, host] -= spared
        part = np.divide(spared, whole, out=np.zeros_like(whole), where=whole > 0.0)
        own[:, behind] = made[:, behind] * part[:, None]
    return need, made - own, own


def rows(path: Path) -> list[Row]:
    """Read the rows of a table that are in use."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        every = list(csv.DictReader(file, delimiter=";"))
    return [row for row in every if row.get("active") != "non"]


def number(text: str | None, otherwise: float = 0.0) -> float:
    return float(text.replace(",", ".")) if text else otherwise


SCALES = {
    "%": 0.01,
    "%/yr": 0.01,
    "c€/kWh": 0.01,
    "EUR/MWh": 0.001,
    "EUR/Wp": 1000.0,
    "EUR TTC/Wp": 1000.0 / 1.2,
}
"""To ratios, EUR/kWh, EUR/kWp without VAT."""


def rates_on(day: date) -> dict[str, float]:
    """Read the newest row of each name at a date; contracts of the surplus, the newest of all."""
    found: dict[str, float] = {}
    for path in sorted((ROOT / "scenarios" / "rates").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["in_force_from"] <= day.isoformat() or row["name"].startswith("surplus."):
                    found[row["name"]] = float(row["value"]) * SCALES.get(row["unit"], 1.0)
    return found


def slots_of(operation: Mapping[str, object]) -> np.ndarray:
    """Find the slot of each step, by the clocks of Paris, (T,)."""
    paris = ZoneInfo("Europe/Paris")
    now, end = (
        datetime.combine(operation[name], datetime.min.time(), paris).astimezone(UTC)
        for name in ("start", "end")
    )
    step, found = timedelta(minutes=operation.get("step_minutes", 15)), []
    while now < end:
        local = now.astimezone(paris)
        low, off = 4 <= local.month <= 10, local.hour >= 22 or local.hour < 6
        found.append(2 * low + off)
        now += step
    return np.array(found)


def received_kwh(need_kwh: np.ndarray, injected_kwh: np.ndarray, slot: np.ndarray) -> np.ndarray:
    """Share what is injected in proportion to needs, step by step: from each plant to each site, by slot."""
    need, pool = need_kwh.sum(axis=1), injected_kwh.sum(axis=1)
    shared = np.minimum(need, pool)
    part_of_site = need_kwh / np.where(need > 0.0, need, 1.0)[:, None]
    part_of_plant = injected_kwh / np.where(pool > 0.0, pool, 1.0)[:, None]
    found = np.zeros((injected_kwh.shape[1], need_kwh.shape[1], len(SLOTS)))
    for s in range(len(SLOTS)):
        at = slot == s
        found[:, :, s] = (part_of_plant[at] * shared[at, None]).T @ part_of_site[at]
    return found


def site_facts(row: Row, received: np.ndarray, rates: Mapping[str, float]) -> SiteFacts:
    one = row.get("supply_eur_per_mwh")
    supply = [number(one or row[f"supply_{slot}_eur_per_mwh"]) / 1000.0 for slot in SLOTS]
    small = number(row["kva"]) <= 36.0
    code = f"turpe.{(row.get('turpe') or ('CU4' if small else 'BTSUP-CU')).lower()}.energy."
    segment = "turpe.bt-inf.management" if small else "turpe.bt-sup.management"
    recovers = row.get("recovers_vat") or ("oui" if row["kind"] == "company" else "non")
    return SiteFacts(
        id=row["id"],
        person=row.get("person") or row["id"],
        bears_vat=recovers == "non",
        received_kwh=received,
        supply_eur_per_kwh=np.array(supply),
        network_eur_per_kwh=np.array([rates.get(code + slot, rates.get(code + "all")) for slot in SLOTS]),
        accise_eur_per_kwh=rates["accise.up-to-36-kva" if small else "accise.over-36-kva"],
        management_eur=rates[segment + ".acc"] - rates[segment],
    )


def plant_facts(
    row: Row,
    plants: Sequence[Row],
    sites: Sequence[Row],
    persons: Sequence[Row],
    operation: Mapping[str, Mapping[str, object]],
    rates: Mapping[str, float],
    on: date,
) -> dict[str, object]:
    """Find what a plant is, costs and sells at, its kWh apart."""
    kwp, finance = number(row["kwp"]), operation["finance"]
    ids, person = [site["id"] for site in sites], owner_of(row, sites, persons)
    host = row.get("behind")
    start = int(number(row.get("commissioned_year"), on.year))
    prefix = {"canopy": "pv.canopy.from-", "ground": "pv.ground.from-"}.get(row.get("kind"), "pv.capex.from-")
    sizes = sorted((float(n.removeprefix(prefix)), v) for n, v in rates.items() if n.startswith(prefix))
    capex = number(row.get("capex_eur"), kwp * [price for size, price in sizes if size <= kwp][-1])
    at_place = [
        number(other["kwp"])
        for other in plants
        if owner_of(other, sites, persons) == person
        and (other["latitude"], other["longitude"]) == (row["latitude"], row["longitude"])
    ]
    ifer, full = rates["pv.ifer.reduced"] * kwp, rates["pv.ifer.full"] * kwp
    left = rates["pv.ifer.years"] - (on.year - start)
    if start < rates["pv.ifer.since"]:
        ifer = full
    if sum(at_place) < rates["pv.ifer.threshold"]:
        ifer = full = 0.0
    segment = "bt-inf" if kwp <= rates["pv.injection.small-up-to"] else "bt-sup"
    turpe = rates[f"turpe.{segment}.management"] + rates[f"turpe.{segment}.metering"]
    operation_ratio = rates["pv.opex.yearly.maintenance"] + rates["pv.opex.yearly.monitoring"]
    return {
        "id": row["id"],
        "person": person,
        "host": ids.index(host) if host else None,
        "own_use_eur_per_kwh": number(row.get("own_use_eur_per_mwh")) / 1000.0,
        **sale(row.get("surplus") or operation["prices"]["surplus"], kwp, rates),
        "fading": number(row.get("degradation_ratio"), finance.get("degradation_ratio", 0.005)),
        "last_year": int(number(row.get("life_years"), rates["pv.lifetime"])) - (on.year - start),
        "capex_eur": capex,
        "connection_eur": number(row.get("connection_eur")),
        "operation_eur": number(row.get("opex_eur_per_year"), operation_ratio * capex),
        "insurance_eur": number(row.get("insurance_eur_per_year"), rates["pv.insurance"] * capex),
        "rent_eur": number(row.get("rent_eur_per_year")),
        "landlord": landlord_of(row.get("landlord") or "", sites, persons),
        "inverter_eur": number(row.get("inverter_eur"), rates["pv.inverter.share"] * capex),
        "turpe_eur": 0.0 if host else turpe,
        "ifer_eur": ifer,
        "ifer_full_eur": full,
        "ifer_years": int(left),
        "grant_eur": number(row.get("grant_eur")),
    }


def owner_of(plant: Row, sites: Sequence[Row], persons: Sequence[Row]) -> str:
    """Find the person of a plant: told, else that of its owner, a site or a name; else its host's, itself."""
    if plant.get("person"):
        return plant["person"]
    owner = plant.get("owner") or plant.get("behind") or plant["id"]
    of_site = {site["id"]: site.get("person") or site["id"] for site in sites}
    by_name = {person["name"]: person["id"] for person in persons}
    return of_site.get(owner) or by_name.get(owner) or owner


def landlord_of(name: str, sites: Sequence[Row], persons: Sequence[Row]) -> str:
    """Find the person who is called by its id or by that of a site of it."""
    of_site = {site["id"]: site.get("person") or site["id"] for site in sites}
    return of_site.get(name, name if name in {person["id"] for person in persons} else "")


def sale(contract: object, kwp: float, rates: Mapping[str, float]) -> dict[str, float]:
    """Find how a surplus is sold: at a price, as long as the plan, or under a contract of the rates."""
    if str(contract).replace(".", "").isdigit():
        fixed = {"price_growth": 0.0, "contract_years": 99, "cap_kwh": np.inf, "premium_eur": 0.0}
        return {"price_eur_per_kwh": float(contract) / 1000.0, **fixed}
    prefix = f"surplus.{contract}."

    def of_size(part: str) -> float:
        start = f"{prefix}{part}."
        sizes = sorted((float(n.removeprefix(start)), v) for n, v in rates.items() if n.startswith(start))
        return next((value for size, value in sizes if kwp <= size), 0.0)

    return {
        "price_eur_per_kwh": of_size("price"),
        "price_growth": rates[prefix + "indexation"],
        "contract_years": int(rates[prefix + "years"]),
        "cap_kwh": rates.get(prefix + "cap_hours", np.inf) * kwp,
        "premium_eur": of_size("premium") * kwp,
    }
