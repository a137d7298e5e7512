"""Weather files made by the tests, in the exact formats of PVGIS, EnergyPlus and Météo-France."""

import json
from dataclasses import dataclass

import numpy as np

from acc.arrays import FloatArray, TimeArray
from acc.sites import Position
from profiles.weather.sun import zenith_at

PLACE = Position(44.85, 0.48)
OFFSET_MINUTES = 10


@dataclass(frozen=True, slots=True, eq=False)
class Made:
    """Hours of UTC and their values; the light is that of `OFFSET_MINUTES` past each hour."""

    starts_utc: TimeArray
    ghi: FloatArray
    dhi: FloatArray
    temp_air_c: FloatArray
    wind_speed_m_s: FloatArray


def made_hours(first: str, end: str, light_minutes: float = OFFSET_MINUTES) -> Made:
    """Return hours whose light follows the sun of `PLACE`, dimmed by two digits a day."""
    starts = np.arange(np.datetime64(first, "h"), np.datetime64(end, "h"))
    moments = starts.astype("datetime64[s]") + np.timedelta64(round(light_minutes * 60), "s")
    height = np.maximum(np.cos(np.radians(zenith_at(moments, PLACE))), 0.0)
    day = starts.astype("datetime64[D]").astype(np.int64)
    ghi = np.round(height * 1000.0 * (0.3 + 0.6 * (day * 7 % 10) / 9.0), 1)
    count = np.arange(len(starts))
    return Made(
        starts_utc=starts,
        ghi=ghi,
        dhi=np.round(ghi * 0.4, 1),
        temp_air_c=np.round(12.0 + 8.0 * np.sin(count / 24.0 * 2.0 * np.pi), 2),
        wind_speed_m_s=np.round(2.0 + (count % 24) / 10.0, 2),
    )


def pvgis_stamp(start: np.datetime64, minutes: int = 0) -> str:
    text = str((start.astype("datetime64[m]") + np.timedelta64(minutes, "m")).astype("datetime64[m]"))
    return text.replace("-", "").replace("T", ":", 1)[:9] + text[11:13] + text[14:16]


def tmy_rows(made: Made) -> list[dict[str, object]]:
    return [
        {
            "time(UTC)": pvgis_stamp(start),
            "T2m": float(made.temp_air_c[n]),
            "RH": 80.0,
            "G(h)": float(made.ghi[n]),
            "Gb(n)": -0.0,
            "Gd(h)": float(made.dhi[n]),
            "IR(h)": 300.0,
            "WS10m": float(made.wind_speed_m_s[n]),
            "WD10m": 200.0,
            "SP": 99870.0,
        }
        for n, start in enumerate(made.starts_utc)
    ]


def tmy_csv(made: Made) -> str:
    """Months of a PVGIS typical year come from different years; so do they here."""
    rows = tmy_rows(made)
    head = [
        f"Latitude (decimal degrees): {PLACE.latitude_deg:.3f}",
        f"Longitude (decimal degrees): {PLACE.longitude_deg:.3f}",
        "Elevation (m): 54.0",
        f"Irradiance Time Offset (h): {OFFSET_MINUTES / 60.0:.4f}",
        "month,year",
        *(f"{month},{2005 + month}" for month in range(1, 13)),
        ",".join(rows[0]),
    ]
    legend = ["", "T2m: 2-m air temperature (degree Celsius)", "", "PVGIS (c) European Union, 2001-2025", ""]
    return "\r\n".join([*head, *(",".join(map(str, row.values())) for row in rows), *legend])


def tmy_json(made: Made) -> str:
    return json.dumps(
        {
            "inputs": {
                "location": {
                    "latitude": PLACE.latitude_deg,
                    "longitude": PLACE.longitude_deg,
                    "elevation": 54.0,
                    "irradiance_time_offset": OFFSET_MINUTES / 60.0,
                },
                "meteo_data": METEO,
            },
            "outputs": {
                "months_selected": [{"month": m, "year": 2005 + m} for m in range(1, 13)],
                "tmy_hourly": tmy_rows(made),
            },
            "meta": {"inputs": {}},
        }
    )


METEO = {"radiation_db": "PVGIS-SARAH3", "meteo_db": "ERA5", "year_min": 2005, "year_max": 2023}


def hourly_rows(made: Made, *, components: bool = True) -> list[dict[str, object]]:
    rows = []
    for n, start in enumerate(made.starts_utc):
        beam = float(np.round(made.ghi[n] - made.dhi[n], 2))
        light = (
            {"Gb(i)": beam, "Gd(i)": float(made.dhi[n]), "Gr(i)": 0.0}
            if components
            else {"G(i)": float(made.ghi[n])}
        )
        air = {"T2m": float(made.temp_air_c[n]), "WS10m": float(made.wind_speed_m_s[n]), "Int": 0.0}
        rows.append({"time": pvgis_stamp(start, OFFSET_MINUTES)} | light | {"H_sun": 0.0} | air)
    return rows


def hourly_csv(made: Made, *, slope: str = "0", components: bool = True) -> str:
    rows = hourly_rows(made, components=components)
    head = [
        f"Latitude (decimal degrees):\t{PLACE.latitude_deg:.3f}",
        f"Longitude (decimal degrees):\t{PLACE.longitude_deg:.3f}",
        "Elevation (m):\t54",
        "Radiation database:\tPVGIS-SARAH3",
        "",
        "",
        f"Slope: {slope} deg. ",
        "Azimuth: 0 deg. ",
        ",".join(rows[0]),
    ]
    legend = ["", "H_sun: Sun height (degree)", "", "", "", "PVGIS (c) European Union, 2001-2025"]
    return "\n".join([*head, *(",".join(map(str, row.values())) for row in rows), *legend])


def hourly_json(made: Made, *, slope: float = 0) -> str:
    return json.dumps(
        {
            "inputs": {
                "location": {
                    "latitude": PLACE.latitude_deg,
                    "longitude": PLACE.longitude_deg,
                    "elevation": 54.0,
                },
                "meteo_data": METEO | {"use_horizon": True},
                "mounting_system": {"fixed": {"slope": {"value": slope, "optimal": False}}},
            },
            "outputs": {"hourly": hourly_rows(made)},
            "meta": {"inputs": {}},
        }
    )


def epw(
    made: Made,
    *,
    zone_h: int = 1,
    fields: int = 35,
    years: tuple[int, ...] = (),
    header_zone: str | None = None,
) -> str:
    """EPW in local standard time: `made` holds hours of UTC whose light is that of their middle.

    `years`, one a month, are written in the year column, as typical years do.
    """
    local = made.starts_utc.astype("datetime64[h]") + np.timedelta64(zone_h, "h")
    where = f"{PLACE.latitude_deg},{PLACE.longitude_deg},{header_zone or zone_h}"
    lines = [
        f"LOCATION,Bergerac,-,FRA,Made,075300,{where},54",
        "DESIGN CONDITIONS,0",
        "TYPICAL/EXTREME PERIODS,0",
        "GROUND TEMPERATURES,0",
        "HOLIDAYS/DAYLIGHT SAVING,No,0,0,0",
        "COMMENTS 1,made by a test",
        "COMMENTS 2,",
        "DATA PERIODS,1,1,Data,Sunday, 1/ 1,12/31",
    ]
    for n in range(len(local)):
        text = str(local[n])
        year, month, day, hour = int(text[:4]), int(text[5:7]), int(text[8:10]), int(text[11:13])
        cells: list[object] = [years[month - 1] if years else year, month, day, hour + 1, 60, "?9?9"]
        cells += [made.temp_air_c[n], 5.0, 80, 101300, 9999, 9999, 300, made.ghi[n], 0.0, made.dhi[n]]
        cells += [
            999999,
            999999,
            999999,
            9999,
            200,
            made.wind_speed_m_s[n],
            99,
            99,
            9999,
            99999,
            9,
            999999999,
        ]
        cells += [999, 0.999, 999, 99, 999, 99, 0.0]
        lines.append(",".join(map(str, cells[:fields])))
    return "\n".join(lines) + "\n"


def meteo_france(
    made: Made, *, station: str = "24037005", name: str = "BERGERAC", with_glo: bool = True
) -> str:
    """Hours stamped at their end; GLO in J/cm2, which is what W/m2 x 3600 s / 10,000 gives."""
    lines = ["NUM_POSTE;NOM_USUEL;LAT;LON;ALTI;AAAAMMJJHH;RR1;QRR1;FF;QFF;T;QT;GLO;QGLO"]
    for n, start in enumerate(made.starts_utc):
        end = pvgis_stamp(start + np.timedelta64(1, "h")).replace(":", "")[:10]
        glo = f"{made.ghi[n] * 0.36:.6f}" if with_glo else ""
        air = f"{made.wind_speed_m_s[n]};1;{made.temp_air_c[n]};1"
        lines.append(
            f"{station};{name};{PLACE.latitude_deg};{PLACE.longitude_deg};51;{end};0.0;1;{air};{glo};1"
        )
    return "\r\n".join(lines) + "\r\n"
