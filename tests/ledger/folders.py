"""The operations that the ledger is held against: small, each with what another has not."""

from datetime import datetime, timedelta
from pathlib import Path

OPERATION = """[operation]
name = "{name}"
start = 2026-01-01
end = 2027-01-01
step_minutes = 60
perimeter = "2km"
rates_on = 2026-09-01
[key]
name = "prorata"
[prices]
local_eur_per_mwh = 90.0
{prices}
[finance]
{finance}
[weather]
source = "generated"
seed = 24
"""


def _curve() -> str:
    """Write a sunny year of 99 kWp: 60 kWh from 8 to 17 UTC, 2,030 kWh a kWp."""
    start = datetime(2025, 12, 31, 23)
    hours = [start + timedelta(hours=hour) for hour in range(8760)]
    return "\n".join(
        ["time;toit_kwh", *(f"{h.isoformat()}Z;{60.0 if 8 <= h.hour < 17 else 0.0}" for h in hours)]
    )


COMMUNE = {
    "operation.toml": OPERATION.format(
        name="Cinq sites",
        prices='surplus = "oa-2026-06"\npmo_eur_per_year = 600.0\npmo_eur_per_mwh = 2.0',
        finance="horizon_years = 22\ndiscount_ratio = 0.03\nsupply_indexation_ratio = 0.01\n"
        "grant_eur = 9000.0\nmarket_eur_per_mwh = 45.0\nmarket_indexation_ratio = 0.015",
    ),
    "participants.csv": """id;name;kind;latitude;longitude;insee;kva;profile;annual_kwh;supply_eur_per_mwh;person
mairie;Mairie;commune;44.840;0.480;24037;30;town-hall;60000;120;ville
ecole;École;commune;44.841;0.481;24037;100;primary-school;80000;110;ville
gymnase;Gymnase;commune;44.842;0.482;24037;100;sports-hall;70000;110;ville
piscine;Piscine;commune;44.843;0.483;24037;100;swimming-pool;150000;105;ville
ateliers;Ateliers;commune;44.844;0.484;24037;100;workshop;40000;115;ville
""",  # noqa: E501 - a table
    "plants.csv": """id;name;latitude;longitude;insee;kwp;surface_tilt;surface_azimuth;behind;degradation_ratio;life_years;curve;person
toit;Toit du gymnase;44.8455;0.4835;24037;99;12;165;;;18;toit.csv;ville
preau;Préau de l'école;44.841;0.481;24037;60;20;190;ecole;0.01;;;ville
""",  # noqa: E501 - a table
    "persons.csv": "id;name;kind;vat\nville;Ville;commune;fctva\n",
    "curves/toit.csv": _curve(),
}
"""One person, two roofs that fade at two paces, one behind a meter, one that ends in year 18 and passes the
cap of its contract; FCTVA, a grant, contract then market, a fee by kWh and by year, supply that grows."""

FIRM = {
    "operation.toml": OPERATION.format(
        name="Une forge et ses voisins",
        prices='surplus = "oa-2026-t1"\npmo_eur_per_year = 900.0',
        finance="horizon_years = 25\ndiscount_ratio = 0.05\nindexation_ratio = 0.01\n"
        "supply_indexation_ratio = 0.02\nopex_indexation_ratio = 0.03\nmarket_eur_per_mwh = 40.0\n"
        "inverter_year = 11\ndegradation_ratio = 0.006",
    ),
    "participants.csv": """id;name;kind;latitude;longitude;insee;kva;turpe;profile;annual_kwh;supply_eur_per_mwh;recovers_vat;person
atelier;Atelier;company;44.840;0.480;24037;160;BTSUP-LU;workshop;90000;85;oui;forge
bureaux;Bureaux;company;44.841;0.481;24037;36;MU4;office;30000;118;oui;forge
mairie;Mairie;commune;44.842;0.482;24037;30;CU4;town-hall;60000;104;non;mairie
boulanger;Boulangerie;company;44.843;0.483;24037;60;;workshop;50000;92;oui;
""",  # noqa: E501 - a table
    "plants.csv": """id;name;latitude;longitude;insee;kwp;surface_tilt;surface_azimuth;kind;behind;commissioned_year;rent_eur_per_year;landlord;person
hangar;Hangar;44.8455;0.4835;24037;70;12;165;;;;300;mairie;forge
ombriere;Ombrière;44.8455;0.4835;24037;80;20;190;canopy;atelier;2012;150;atelier;forge
halle;Halle;44.842;0.482;24037;36;20;190;;;;120;boulanger;mairie
""",  # noqa: E501 - a table
    "persons.csv": """id;name;kind;vat;profit_tax_ratio
forge;Forge;company;recovered;0.25
mairie;Mairie;commune;lost;
""",
}
"""A firm taxed on roofs and bills together, with an old canopy behind its meter, beside a commune that loses
its VAT: contract with a premium, IFER of 150 kW at one place, rents that stay among them or with the owner,
every index."""

OUTSIDER = {
    "operation.toml": OPERATION.format(
        name="Un tiers",
        prices="surplus = 55.0\npmo_eur_per_year = 400.0\npmo_eur_per_mwh = 1.0",
        finance="horizon_years = 20\ndiscount_ratio = 0.04",
    ),
    "participants.csv": """id;name;kind;latitude;longitude;insee;kva;turpe;profile;annual_kwh;supply_eur_per_mwh;recovers_vat
mairie;Mairie;commune;44.840;0.480;24037;36;CU4;town-hall;60000;120;non
ecole;École;commune;44.841;0.481;24037;60;BTSUP-CU;primary-school;80000;72;non
cave;Cave;company;44.842;0.482;24037;100;BTSUP-CU;wine-cooperative;90000;70;oui
""",  # noqa: E501 - a table
    "plants.csv": """id;name;owner;latitude;longitude;insee;kwp;surface_tilt;surface_azimuth;behind;own_use_eur_per_mwh;rent_eur_per_year;landlord;connection_eur
toit;Toit de l'école;Soleil SAS;44.841;0.481;24037;90;12;165;ecole;70;450;ecole;
champ;Champ;Soleil SAS;44.8455;0.4835;24037;140;25;180;;;1200;;9000
""",  # noqa: E501 - a table
    "persons.csv": "id;name;kind;vat;profit_tax_ratio\nsoleil;Soleil SAS;company;recovered;0.25\n",
}
"""An owner without a site, taxed: one roof behind the meter of a school that pays it for own use
and is paid its rent; a field, whose rent goes outside."""


def written(tables: dict[str, str], folder: Path) -> Path:
    """Write an operation into a folder."""
    folder.mkdir(parents=True)
    (folder / "curves").mkdir()
    for name, text in tables.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder
