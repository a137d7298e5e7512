"""Writes one curve in every format, exactly as the systems that export it do: fixtures of our own making."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import openpyxl

from acc.steps import paris_offset_minutes

PRM = "30000012344800"


@dataclass(frozen=True)
class Case:
    """A run of equal steps in UTC with whole watts, NaN for a missing value."""

    start_utc: datetime
    minutes: int
    watts: tuple[float, ...]

    @property
    def starts(self) -> np.ndarray:
        first = np.datetime64(self.start_utc, "s")
        return first + np.arange(len(self.watts)) * np.timedelta64(self.minutes * 60, "s")

    @property
    def ends(self) -> np.ndarray:
        return self.starts + np.timedelta64(self.minutes * 60, "s")

    @property
    def kwh(self) -> np.ndarray:
        return np.array(self.watts) * self.minutes / 60_000

    def rows(self, at: str):
        """Yield the local clock, the offset from UTC in minutes, and the value of each row."""
        moments = self.starts if at == "start" else self.ends
        offsets = paris_offset_minutes(moments)
        for moment, offset, value in zip(moments, offsets, self.watts, strict=True):
            local = (moment + np.timedelta64(int(offset), "m")).astype(datetime)
            yield local, int(offset), value


def whole(value: float) -> str:
    return "" if np.isnan(value) else f"{value:.0f}"


def comma_kw(value: float, missing: str = "NA") -> str:
    return missing if np.isnan(value) else f"{value / 1000:.3f}".replace(".", ",")


def iso(local: datetime, offset: int) -> str:
    return f"{local:%Y-%m-%dT%H:%M:%S}+{offset // 60:02d}:00"


def generic_offset(case: Case) -> bytes:
    rows = [f"{iso(local, offset)},{whole(value)}" for local, offset, value in case.rows("start")]
    return "\n".join(["time,ecole_w", *rows]).encode()


def generic_french(case: Case) -> bytes:
    """Excel in French: `;`, decimal comma, Windows-1252, CRLF, local time."""
    rows = [f"{local:%d/%m/%Y %H:%M};{comma_kw(value, '')}" for local, _offset, value in case.rows("start")]
    return "\r\n".join(["Horodate;École (kW)", *rows, ""]).encode("cp1252")


def generic_tabs(case: Case) -> bytes:
    """Excel's "Unicode text": UTF-16 with its mark, tabs."""
    rows = [f"{local:%Y-%m-%d %H:%M}\t{whole(value)}" for local, _offset, value in case.rows("start")]
    return "\r\n".join(["datetime\tcharge [W]", *rows]).encode("utf-16")


def mon_compte(case: Case) -> bytes:
    head = [
        "Identifiant PRM;Type de donnees;Date de debut;Date de fin;Grandeur physique;Grandeur metier;"
        "Etape metier;Unite;Pas en minutes",
        f"{PRM};Courbe de charge;01/01/2025;31/12/2025;Energie active;Consommation;Comptage Brut;W;",
        "Horodate;Valeur",
    ]
    rows = [f"{iso(local, offset)};{whole(value)}" for local, offset, value in case.rows("end")]
    return b"\xef\xbb\xbf" + "\r\n".join([*head, *rows, ""]).encode()


R63_HEADER = (
    "Identifiant PRM;Date de début;Date de fin;Grandeur physique;Grandeur métier;Etape métier;Unité;Horodate;"
    "Valeur;Nature;Pas;Indice de vraisemblance;Etat complémentaire"
)
R63_PLAIN_HEADER = (
    "Identifiant PRM;Date de debut;Date de fin;Grandeur physique;Grandeur metier;Etape metier;Unite;Horodate;"
    "Valeur;Nature;Pas;Mode calcul;tc;Indice de vraisemblance;ec"
)


def r63_csv(case: Case, prm: str = PRM, way: str = "CONS", header: bool = True) -> bytes:
    about = f"{prm};2025-01-01 00:00:00;2026-01-01 00:00:00;PA;{way};BRUT;W"
    rows = [
        f"{about};{local:%Y-%m-%d %H:%M:%S};{whole(value)};B;PT{case.minutes}M;0;0"
        for local, _offset, value in case.rows("end")
    ]
    return ("\n".join([R63_HEADER, *rows] if header else rows) + "\n").encode()


def r63_wh(case: Case) -> bytes:
    """The other header, energies in Wh, stamps with offset."""
    about = f"{PRM};2025-01-01;2026-01-01;EA;CONS;BEST;Wh"
    energies = [(local, offset, value * case.minutes / 60) for local, offset, value in case.rows("end")]
    rows = [
        f"{about};{iso(local, offset)};{'' if np.isnan(wh) else repr(wh)};B;PT{case.minutes}M;;;0;"
        for local, offset, wh in energies
    ]
    return ("\n".join([R63_PLAIN_HEADER, *rows]) + "\n").encode()


def r63_json(case: Case) -> bytes:
    points = [
        {"d": f"{local:%Y-%m-%d %H:%M:%S}", "v": whole(value), "p": f"PT{case.minutes}M", "n": "B", "iv": 0}
        for local, _offset, value in case.rows("end")
    ]
    series = {"grandeurMetier": "CONS", "grandeurPhysique": "PA", "unite": "W", "points": points}
    meter = {"idPrm": PRM, "periode": {"dateDebut": "2025-01-01"}, "grandeur": [series]}
    return json.dumps({"header": {"codeFlux": "R63"}, "mesures": [meter]}).encode()


def r63_zip(case: Case) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ENEDIS_R63_P_CdC_00000001_00001_20260101000000.csv", r63_csv(case))
    return kept.getvalue()


def _portal_rows(case: Case) -> list[tuple[str, str, str]]:
    starts, ends = case.rows("start"), case.rows("end")
    return [
        (f"{first:%d/%m/%Y %H:%M:%S}", f"{last:%d/%m/%Y %H:%M:%S}", comma_kw(value))
        for (first, _o, value), (last, _p, _v) in zip(starts, ends, strict=True)
    ]


def portal_csv(case: Case) -> bytes:
    rows = [";".join(row) for row in _portal_rows(case)]
    return "\n".join(["Début;Fin;Valeur (en kW)", *rows]).encode()


def _workbook(sheets: dict[str, list[tuple]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def portal_xlsx(case: Case) -> bytes:
    rows = [("Début", "Fin", "Valeur (en kW)"), *_portal_rows(case)]
    about = [("Export des données",), ("PRM", "masqué")]
    return _workbook({"Informations": about, "Consommation Horaire": rows})


def _below_and_beside(rows: list[tuple[str, str, str]]) -> list[tuple[str, ...]]:
    """Return the rows as the portal lays them: the header in row 16, columns C to E."""
    above = [("", "", "Consommation Horaire"), *[()] * 12, ("", "", "Plage horaire"), ()]
    return [*above, *(("", "", *row) for row in [("Début", "Fin", "Valeur (en kW)"), *rows])]


def portal_pages_xlsx(case: Case) -> bytes:
    home = [("", "Mes données"), ("", "Export Consommation Horaire")]
    return _workbook({"Page d'accueil": home, "Consommation Horaire": _below_and_beside(_portal_rows(case))})


def portal_margin_csv(case: Case) -> bytes:
    return "\n".join(";".join(row) for row in _below_and_beside(_portal_rows(case))).encode()


def portal_daily_xlsx() -> bytes:
    home = [("", "Mes données"), ("", "Export Consommation Quotidienne")]
    rows = [("Date", "Valeur (en kWh)", ""), ("01/01/2026", "12,5", "")]
    return _workbook({"Page d'accueil": home, "Consommation Quotidienne": _below_and_beside(rows)})


def generic_xlsx(case: Case) -> bytes:
    """Real dates and numbers, as a person's own workbook has them."""
    rows = [
        (local, None if np.isnan(value) else value / 1000) for local, _offset, value in case.rows("start")
    ]
    return _workbook({"Feuil1": [("Date et heure", "mairie_kw"), *rows]})


def edf(case: Case) -> bytes:
    """Newest day first; the midnight that ends a day stands at the top of that day."""
    lines = ["", "Récapitulatif de mes puissances atteintes en W", ""]
    lines += ["Date et heure de relève par le distributeur;Puissance atteinte (W);Nature de la donnée"]
    day = None
    for local, _offset, value in reversed(list(case.rows("end"))):
        of_day = (local - timedelta(days=1) if (local.hour, local.minute) == (0, 0) else local).date()
        if of_day != day:
            lines += [""] * (day is not None) + [f"{of_day:%d/%m/%Y};;"]
            day = of_day
        lines.append(f"{local:%H:%M:%S};{whole(value)};{'Réelle' if not np.isnan(value) else ''}")
    return "\r\n".join(lines).encode("latin-1")


def sge_old(case: Case) -> bytes:
    header = (
        "Date de la mesure;Heure de la mesure;Valeur;Statut de la mesure;PRM;Type de données;Date de début;"
        "Date de fin;Grandeur métier;Grandeur physique;Statut demandé;Unité;Pas en minutes"
    )
    about = (
        f"R;{PRM};Courbe de charge;01/01/2025;31/12/2025;Consommation;Energie active;Brut;W;{case.minutes}"
    )
    rows = [f"{local:%d/%m/%Y;%H:%M};{whole(value)};{about}" for local, _offset, value in case.rows("end")]
    return "\n".join([header, *rows]).encode("cp1252")


def r4x(case: Case) -> bytes:
    points = [
        f'<Donnees_Point_Mesure Horodatage="{iso(local, offset)}" '
        + ("" if np.isnan(value) else f'Valeur_Point="{value / 1000!r}" ')
        + 'Statut_Point="R"/>'
        for local, offset, value in case.rows("start")
    ]
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<Courbe><Entete><Identifiant_Flux>R4x</Identifiant_Flux></Entete><Corps>
<Identifiant_PRM>{PRM}</Identifiant_PRM>
<Donnees_Courbe><Horodatage_Debut>2025-01-01T00:00:00+01:00</Horodatage_Debut>
<Granularite>{case.minutes}</Granularite><Unite_Mesure>kW</Unite_Mesure>
<Grandeur_Metier>CONS</Grandeur_Metier><Grandeur_Physique>EA</Grandeur_Physique>
{"".join(points)}</Donnees_Courbe>
<Donnees_Courbe><Granularite>{case.minutes}</Granularite><Unite_Mesure>kWr</Unite_Mesure>
<Grandeur_Metier>CONS</Grandeur_Metier><Grandeur_Physique>ERI</Grandeur_Physique></Donnees_Courbe>
</Corps></Courbe>""".encode()


def r50(case: Case) -> bytes:
    points = [
        f"<PDC><H>{iso(local, offset)}</H>"
        + ("" if np.isnan(value) else f"<V>{value:.0f}</V>")
        + "<IV>0</IV></PDC>"
        for local, offset, value in case.rows("end")
    ]
    return f"""<?xml version="1.0"?><R50><En_Tete_Flux><Identifiant_Flux>R50</Identifiant_Flux>
<Pas_Publication>30</Pas_Publication></En_Tete_Flux><PRM><Id_PRM>{PRM}</Id_PRM><Donnees_Releve>
<Date_Releve>1999-01-01</Date_Releve>{"".join(points)}</Donnees_Releve></PRM></R50>""".encode()


def data_connect(case: Case) -> bytes:
    points = [
        {
            "value": None if np.isnan(value) else whole(value),
            "date": f"{local:%Y-%m-%d %H:%M:%S}",
            "interval_length": f"PT{case.minutes}M",
            "measure_type": "B",
        }
        for local, _offset, value in case.rows("end")
    ]
    kind = {"measurement_kind": "power", "unit": "W", "aggregate": "average"}
    meter = {"usage_point_id": PRM, "quality": "BRUT", "reading_type": kind, "interval_reading": points}
    return json.dumps({"meter_reading": meter}, indent=1).encode()


def short(case: Case) -> bytes:
    rows = [f"{iso(local, offset)};{whole(value)}" for local, offset, value in case.rows("end")]
    return "\n".join([f"Identifiant PRM;{PRM};", *rows]).encode()


def third_party(case: Case) -> bytes:
    rows = [f"{iso(local, offset)};{whole(value)}" for local, offset, value in case.rows("end")]
    return "\n".join(rows).encode()


def acc_wide(case: Case) -> bytes:
    rows = [
        f"{local:%d/%m/%Y %H:%M};{comma_kw(value, '')};{comma_kw(value, '')}"
        for local, _offset, value in case.rows("start")
    ]
    return "\n".join([f"Horodate;{PRM};30000012344801", *rows]).encode()


WRITERS: dict[str, Callable[[Case], bytes]] = {
    "generic": generic_offset,
    "generic, Excel in French": generic_french,
    "generic, UTF-16": generic_tabs,
    "generic, XLSX": generic_xlsx,
    "enedis-mon-compte": mon_compte,
    "enedis-portal": portal_csv,
    "enedis-portal, XLSX": portal_xlsx,
    "enedis-portal, workbook of pages": portal_pages_xlsx,
    "enedis-portal, CSV with a margin": portal_margin_csv,
    "sge-r63-csv": r63_csv,
    "sge-r63-csv, Wh": r63_wh,
    "sge-r63-csv, ZIP": r63_zip,
    "sge-r63-json": r63_json,
    "sge-old-csv": sge_old,
    "enedis-r4x": r4x,
    "enedis-r50": r50,
    "enedis-data-connect": data_connect,
    "edf-30min": edf,
    "short": short,
    "short, bare": third_party,
    "acc-wide": acc_wide,
}
"""Name of the format, then what is particular to the file."""

OPTIONS = {"acc-wide": "?unit=kW"}
"""What the file does not say."""

ONLY_30_MIN = frozenset({"edf-30min"})
