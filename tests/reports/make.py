"""An invented operation with simple curves, complete enough to fill every page of a brief."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from acc.arrays import FloatArray
from acc.bills.tariffs import RateUsed
from acc.departures.counterfactual import without_participant
from acc.exchange import Exchange
from acc.indicators import energy
from acc.keys import KeyContext, build_key
from acc.result.outcomes import MemberOutcome
from acc.result.result import KeyOutcome, LoadQuality, Provenance, Result, WeatherUsed, kept
from acc.rules.check import Check, State
from acc.scenario import KeyChoice, Scenario, Words
from acc.settle import settle
from acc.sites import Grade, Kind, Participant, Plant, Position
from acc.steps import Steps, local_calendar
from reports.page.member_outcome import MemberSituation
from reports.page.names import HOMES_ROW

YEAR = (date(2025, 1, 1), date(2026, 1, 1))

# id, name, kind, MWh a year, shape, latitude, longitude
MEMBERS = (
    ("usine", "Usine agroalimentaire", Kind.COMPANY, 880, "works", 44.872, 0.512),
    ("marche", "Supermarché", Kind.COMPANY, 540, "cold", 44.858, 0.501),
    ("piscine", "Piscine intercommunale", Kind.EPCI, 420, "pool", 44.866, 0.494),
    ("epuration", "Station d’épuration", Kind.PUBLIC, 310, "flat", 44.853, 0.473),
    ("ehpad", "EHPAD des Tilleuls", Kind.PUBLIC, 265, "home", 44.870, 0.481),
    ("cave", "Cave coopérative", Kind.COMPANY, 190, "harvest", 44.845, 0.462),
    ("foyers", "35 foyers du bourg", Kind.HOUSEHOLD_GROUP, 168, "home", 44.861, 0.487),
    ("eclairage", "Éclairage public", Kind.PUBLIC, 120, "night", 44.860, 0.486),
    ("ecole", "Groupe scolaire", Kind.COMMUNE, 88, "school", 44.862, 0.489),
    ("bureaux", "Bureaux du syndicat", Kind.PUBLIC, 72, "works", 44.859, 0.488),
    ("mairie", "Mairie et salle des fêtes", Kind.COMMUNE, 54, "works", 44.861, 0.486),
    ("gymnase", "Gymnase", Kind.COMMUNE, 41, "evening", 44.863, 0.490),
)

# id, name, kWp, latitude, longitude
PLANTS = (
    ("toit", "Toiture du gymnase", 240, 44.8632, 0.4902),
    ("ombriere", "Ombrières du parking", 480, 44.8585, 0.4995),
    ("hangar", "Hangar de la cave", 300, 44.8448, 0.4615),
)


def shape(name: str, steps: Steps, rng: np.random.Generator) -> FloatArray:
    """Return a plausible relative power at each step, shape (T,)."""
    calendar = local_calendar(steps)
    hour = calendar.minute / 60.0
    week = calendar.weekday < 5
    winter = np.cos((calendar.month - 0.5) / 6.0 * np.pi)
    day = 1.0 / (1.0 + np.exp(-(hour - 7.5) * 2.0)) / (1.0 + np.exp((hour - 17.5) * 2.0))
    evening = np.exp(-(((hour - 19.5) / 2.2) ** 2))
    shapes = {
        "works": 0.25 + 1.4 * day * np.where(week, 1.0, 0.15),
        "cold": 0.7 + 0.8 * day * np.where(calendar.weekday < 6, 1.0, 0.4) - 0.15 * winter,
        "pool": 0.8 + 0.4 * day + 0.2 * winter,
        "flat": np.ones_like(hour),
        "home": 0.45 + 0.35 * day + 0.9 * evening + 0.35 * winter,
        "harvest": (0.3 + 0.6 * day) * np.where((calendar.month == 9) | (calendar.month == 10), 3.0, 1.0),
        "night": np.where((hour < 6.5 + 0.8 * winter) | (hour > 20.0 - 2.0 * winter), 1.0, 0.0),
        "school": 0.2
        + 1.6 * day * np.where(week & (calendar.month != 8) & (calendar.month != 7), 1.0, 0.05)
        + 0.2 * winter,
        "evening": 0.15 + 1.2 * evening + 0.2 * day,
    }
    return np.maximum(shapes[name] * (1.0 + 0.04 * rng.standard_normal(steps.count)), 0.0)


def sun(steps: Steps, rng: np.random.Generator) -> FloatArray:
    """Return the output of 1 kWp at each step, in kW, shape (T,)."""
    calendar = local_calendar(steps)
    hour = (calendar.minute - calendar.utc_offset_minutes) / 60.0 + 0.03
    year = np.cos((calendar.month - 6.5) / 6.0 * np.pi)
    half_day = 6.1 + 1.7 * year
    height = np.clip(np.cos((hour - 12.0) / half_day * np.pi / 2.0), 0.0, None)
    height = np.where(np.abs(hour - 12.0) < half_day, height, 0.0)
    days, index = np.unique(calendar.day, return_inverse=True)
    clear = np.clip(rng.normal(0.62, 0.27, len(days)), 0.08, 1.0)[index]
    return height**1.25 * (0.66 + 0.12 * year) * clear


def checks() -> tuple[Check, ...]:
    """Return one check of each state."""
    arrete = "Arrêté du 21 novembre 2019 modifié"
    return (
        Check(
            rule="distance",
            state=State.ON_DEROGATION,
            title="Distance entre les deux sites les plus éloignés : 5,3 km, pour 2 km sans dérogation",
            measured=5.3,
            limit=2.0,
            unit="km",
            culprits=("usine", "hangar"),
            between=("usine", "hangar"),
            remedy="Demander la dérogation de 20 km au ministre chargé de l’énergie.",
            reference=arrete,
            in_force_from=date(2025, 3, 5),
        ),
        Check(
            rule="power",
            state=State.MET,
            title="Puissance cumulée : 1,02 MW, moins de 5 MW",
            measured=1.02,
            limit=5.0,
            unit="MW",
            reference=arrete,
            in_force_from=date(2025, 3, 5),
        ),
        Check(
            rule="density",
            state=State.NOT_MET,
            title="Chaque commune est rurale (grille de densité de l’Insee, classes 5 à 7)",
            culprits=("usine",),
            binding=False,
            remedy="Retirer le site de Bergerac (classe 2), ou former deux opérations.",
            reference=arrete,
            in_force_from=date(2025, 3, 5),
        ),
        Check(
            rule="meters",
            state=State.TO_VERIFY,
            title="Compteur communicant sur chaque site",
            remedy="Le demander à Enedis, qui répond site par site.",
            reference="Code de l’énergie, D315-1",
            confidence="M",
        ),
    )


def scenario(
    members: Sequence[tuple[str, str, Kind, float, str, float, float]] = MEMBERS,
    plants: Sequence[tuple[str, str, float, float, float]] = PLANTS,
    days: tuple[date, date] = YEAR,
    step_minutes: int = 15,
) -> Scenario:
    """Return the invented scenario, or one with other members, plants or days."""
    return Scenario(
        name="Exemple-sur-Dordogne",
        place="Exemple-sur-Dordogne",
        variant=None,
        steps=Steps.between(days[0], days[1], step_minutes),
        participants=tuple(
            Participant(
                id=id_,
                name=name,
                kind=kind,
                position=Position(latitude, longitude),
                commune="Exemple-sur-Dordogne",
                density_class=6,
                prm=f"3000{index:06d}4800",
                households=35 if kind is Kind.HOUSEHOLD_GROUP else None,
            )
            for index, (id_, name, kind, _, _, latitude, longitude) in enumerate(members)
        ),
        plants=tuple(
            Plant(
                id=id_,
                name=name,
                kwp=float(kwp),
                position=Position(latitude, longitude),
                commune="Exemple-sur-Dordogne",
                density_class=6,
                substation="Poste de l’Exemple",
            )
            for id_, name, kwp, latitude, longitude in plants
        ),
        on=date(2026, 1, 12),
        fictitious=True,
        words=Words(
            promise=None,
            decision="Accord de principe avant le 31 mars 2026, puis autorisation d’accès aux données.",
            contact="groupe énergie, energie@exemple.invalid",
        ),
        assumptions=(
            ("Inclinaison des toitures", "30°, plein sud", "non précisée dans le dossier"),
            ("Pertes de la chaîne solaire", "14 %", "valeur par défaut de PVGIS"),
        ),
    )


def exchange(given: Scenario, annual_mwh: Sequence[float], shapes: Sequence[str], seed: int = 24) -> Exchange:
    """Return simple curves for the members of `given`; annual figures are those of 365 days."""
    rng = np.random.default_rng(seed)
    steps = given.steps
    part_of_year = steps.count * steps.hours / 8760.0
    columns = []
    for mwh, name in zip(annual_mwh, shapes, strict=True):
        curve = shape(name, steps, rng)
        columns.append(curve * (mwh * 1000.0 * part_of_year / curve.sum()))
    output = sun(steps, rng) * steps.hours
    production = np.stack([output * plant.kwp for plant in given.plants], axis=1)
    return Exchange(steps, np.stack(columns, axis=1), production, np.zeros_like(production))


def make_result(
    given: Scenario | None = None,
    annual_mwh: Sequence[float] | None = None,
    shapes: Sequence[str] | None = None,
    others: Sequence[str] = ("static",),
) -> Result:
    """Return a complete result; by default the invented operation of twelve participants."""
    given = given or scenario()
    annual_mwh = annual_mwh if annual_mwh is not None else [row[3] for row in MEMBERS]
    flows = exchange(given, annual_mwh, shapes or [row[4] for row in MEMBERS])
    context = KeyContext(given.participants, given.plants, flows.consumption_kwh.sum(axis=0))
    allocation = settle(flows, build_key(given.key.name, given.key.parameters, context))
    sums = energy(flows, allocation)
    departure = None
    if len(given.participants) > 1:
        departure = without_participant(
            flows, allocation, context, given.key, int(sums.received_kwh.argmax())
        )
    return Result(
        scenario=given,
        exchange=flows,
        allocation=allocation,
        energy=sums,
        checks=checks(),
        quality=tuple(
            LoadQuality(
                grade=(Grade.A, Grade.PROFILE, Grade.ESTIMATE)[index % 3],
                source=("courbe mesurée 2024, 15 min", "profil type", "estimation sans facture")[index % 3],
                step_minutes=15,
                band_ratio=(0.02, 0.15, 0.3)[index % 3],
            )
            for index in range(len(given.participants))
        ),
        weather=WeatherUsed(
            source="année météo générée, calée sur Bergerac",
            ghi_kwh_per_m2=1391.0,
            reference="PVGIS-SARAH3, 2005-2023",
            models="transposition de Perez, température de Faiman",
        ),
        provenance=provenance(),
        others={name: outcome(name, flows, context) for name in others},
        departure=departure,
    )


def outcome(name: str, flows: Exchange, context: KeyContext) -> KeyOutcome:
    """Return the same exchange under the key `name`, with its default parameters."""
    allocation = settle(flows, build_key(name, {}, context))
    return KeyOutcome(name=name, settled=kept(allocation), energy=energy(flows, allocation))


def provenance() -> Provenance:
    """Return a fixed provenance, so that two runs of a test agree."""
    return Provenance(
        version="0.1.0",
        inputs={"operation.toml": "3f" * 32, "participants.csv": "a1" * 32, "plants.csv": "b2" * 32},
        digest="9fec7048952fdfb2" * 4,
        ran_on="2026-01-12",
        seed=24,
        rates=(
            RateUsed(
                name="perimeter.default_km",
                value=2.0,
                unit="km",
                in_force_from="2025-03-05",
                reference="arrêté du 21 novembre 2019 modifié",
                confidence="H",
            ),
        ),
        warnings=("Station d’épuration : 14 quarts d’heure manquants, comblés par la semaine voisine.",),
    )


def small(members: int, days: tuple[date, date] = YEAR, long_names: bool = False) -> Result:
    """Return a result with `members` participants, cycling over the invented ones."""
    rows = []
    for index in range(members):
        row = MEMBERS[(index + 8) % len(MEMBERS)]
        name = f"{row[1]} {index + 1}"
        if long_names:
            name = f"{name} de la communauté d’agglomération voisine"[:40]
        kind = Kind.COMMUNE if row[2] is Kind.HOUSEHOLD_GROUP else row[2]
        shift = 0.0007 * index
        rows.append((f"m{index:02d}", name, kind, row[3], row[4], row[5] + shift, row[6] - shift))
    given = scenario(rows, PLANTS[:1], days)
    return make_result(given, [row[3] for row in rows], [row[4] for row in rows])


def with_key(result: Result, name: str) -> Result:
    """Return the same result, read as if the key `name` of its others were the one proposed."""
    other = result.others[name]
    first = KeyOutcome(name=result.scenario.key.name, settled=kept(result.allocation), energy=result.energy)
    given = replace(result.scenario, key=KeyChoice(name=name))
    return replace(
        result, scenario=given, allocation=other.allocation, energy=other.energy, others={first.name: first}
    )


def stand(id_: str, name: str, eur: float | None, kwh: float = 100.0, *, homes: int = 0) -> MemberSituation:
    """Return where a member of one site stands after a year of so many euros."""
    energy = {"received_kwh": kwh, "need_kwh": kwh}
    outcome = MemberOutcome(
        id=id_, name=name, kind=None, site_ids=(id_,), plant_ids=(), gain_eur_ht=eur, **energy
    )
    return MemberSituation(outcome, name, row=HOMES_ROW if homes else "", homes=homes)
