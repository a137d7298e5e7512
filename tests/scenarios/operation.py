"""A small operation folder for the tests of batches: six members, two plants, one behind a meter."""

from pathlib import Path

OPERATION = """
[operation]
name = "Essai"
start = 2026-01-01
end = 2027-01-01
step_minutes = 60
rates_on = 2026-09-01

[key]
name = "prorata"

[keys.weighted]
weights = { mairie = 3, ecole = 1, cave = 1, garage = 1, foyer = 2, bureau = 1 }

[prices]
local_eur_per_mwh = 105.0
surplus = "oa-2026-06"
pmo_eur_per_year = 300.0

[finance]
horizon_years = 20

[weather]
latitude = 44.84
longitude = 0.49

[[variants]]
name = "sans la cave"
"participants.cave.active" = false

[sweep]
keys = ["static", "equal", "weighted", "catch-up"]
weather_years = 2
"""

PARTICIPANTS = """id;name;kind;latitude;longitude;insee;kva;turpe;supply_eur_per_mwh;profile;annual_kwh
mairie;Mairie;commune;44.8478;0.4856;24037;36;CU4;128;town-hall;62000
ecole;Ecole;commune;44.8462;0.4893;24037;72;BTSUP-CU;121;primary-school;88000
cave;Cave;company;44.8425;0.4968;24037;120;BTSUP-LU;110;town-hall;140000
garage;Garage;company;44.8430;0.4900;24037;36;MU4;135;town-hall;41000
foyer;Foyer;association;44.8440;0.4910;24037;24;LU;140;primary-school;30000
bureau;Bureau;company;44.8450;0.4920;24037;18;CU4;;town-hall;18000
"""

PLANTS = """id;name;owner;latitude;longitude;insee;kwp;surface_tilt;surface_azimuth;behind
gymnase;Gymnase;commune;44.8455;0.4835;24037;90;12;165;
hangar;Hangar;cave;44.8425;0.4968;24037;60;20;190;cave
"""

BEHIND_ANOTHERS = PLANTS.replace(";behind\n", ";behind;own_use_eur_per_mwh\n").replace(
    ";cave\n", ";cave;70\n"
)
BEHIND_ANOTHERS = BEHIND_ANOTHERS.replace("Hangar;cave;", "Hangar;commune;")
"""The same, the roof behind the meter of the cellar the commune's, who sells it what is used there."""

RENTED = BEHIND_ANOTHERS.replace(";behind;", ";landlord;rent_eur_per_year;behind;")
RENTED = RENTED.replace(";165;", ";165;cave;500;").replace(";190;", ";190;cave;700;")
"""The same, and the commune pays the cellar a rent for both roofs."""


def write_operation(folder: Path, **changes: str) -> Path:
    """Write the folder; `changes` replace one text of operation.toml by another."""
    text = OPERATION
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "operation.toml").write_text(text, encoding="utf-8")
    (folder / "participants.csv").write_text(PARTICIPANTS, encoding="utf-8")
    (folder / "plants.csv").write_text(PLANTS, encoding="utf-8")
    return folder


def write_forty(folder: Path) -> Path:
    """Write forty sites of nine communes, eight roofs, too far apart and too dense: an unlawful operation."""
    kinds = ("commune", "company", "association", "public")
    sites = [
        f"site-{n};Member with a long name {n};{kinds[n % 4]};{44.80 + 0.01 * (n % 9):.4f};"
        f"{0.40 + 0.012 * n:.4f};24037;36;CU4;{110 + n};town-hall;{20_000 + 1_000 * n}"
        for n in range(40)
    ]
    roofs = [
        f"roof-{n};Roof with a long name {n};site-{n};44.85;{0.45 + 0.01 * n:.4f};24037;{60 + 30 * n};12;165;"
        for n in range(8)
    ]
    settings = OPERATION.partition("[keys.weighted]")[0] + "[prices]" + OPERATION.partition("[prices]")[2]
    folder.mkdir()
    (folder / "operation.toml").write_text(settings.partition("[[variants]]")[0], encoding="utf-8")
    for file, rows, lines in (("participants.csv", PARTICIPANTS, sites), ("plants.csv", PLANTS, roofs)):
        (folder / file).write_text("\n".join((rows.splitlines()[0], *lines, "")), encoding="utf-8")
    return folder
