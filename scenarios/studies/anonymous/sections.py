"""`operation.toml` of a folder to hand over: what is computed is kept, words that name somebody are not."""

from collections.abc import Collection, Mapping
from gettext import gettext as _

from acc.sites import Position
from scenarios.entry.columns.input_columns import columns
from scenarios.entry.folder.raw import COMPARE, OF_A_VARIANT, RawFolder, variants_of
from scenarios.studies.anonymous.names import NewNames, renamed, renamed_path

OF_OPERATION = ("start", "end", "step_minutes", "perimeter", "rates_on", "sharing", "holes", "fictitious")
DROPPED = ("operation", "words", "accepted", "variants", "weather", "battery", "pmo")
"""Sections that are left out, or written anew."""

FILES = ("file", "coefficients", "orders")
"""Parameters of a key that are read from a file: one names sites and meters, and is not handed over."""


def new_sections(
    source: RawFolder,
    names: NewNames,
    sky: Position | None,
    battery: Position | None,
    scaled: Collection[str],
) -> tuple[dict[str, object], tuple[str, ...]]:
    """Return the new sections, and what could not be handed over, in sentences.

    Args:
        sky: where the sun is that of before, None where no site has a place.
        battery: its new place.
        scaled: ids of the sites whose curve follows a yearly kWh.
    """
    sentences: list[str] = []
    sections: dict[str, object] = {"operation": _operation(source)}
    for name, content in source.sections.items():
        if name not in DROPPED:
            sections[name] = renamed(
                content, {**names.every, **names.variants} if name == "sweep" else names.every
            )
    for name in ("key", "keys"):
        sentences += _without_files(sections, name)
    if COMPARE in sections:
        sections[COMPARE] = _compared(sections[COMPARE], names)
    sections["weather"] = _weather(source, sky)
    if isinstance(own := source.sections.get("battery"), dict):
        sections["battery"] = _battery(own, names, battery)
    variants, left = _variants(source, names, scaled)
    if variants:
        sections["variants"] = variants
    return sections, (*sentences, *left)


def _operation(source: RawFolder) -> dict[str, object]:
    section = source.sections.get("operation")
    old = section if isinstance(section, dict) else {}
    return {"name": _("Anonymous operation")} | {name: old[name] for name in OF_OPERATION if name in old}


def _weather(source: RawFolder, sky: Position | None) -> dict[str, object]:
    section = source.sections.get("weather")
    old = dict(section) if isinstance(section, dict) else {}
    if sky:
        old |= {"latitude": sky.latitude_deg, "longitude": sky.longitude_deg}
    return old


def _battery(old: Mapping[str, object], names: NewNames, place: Position | None) -> dict[str, object]:
    new = {name: value for name, value in old.items() if name not in {"id", "name", "latitude", "longitude"}}
    new |= {
        c: names.prms["".join(str(old[c]).split())] for c in ("prm_charge", "prm_discharge") if old.get(c)
    }
    return new | ({"latitude": place.latitude_deg, "longitude": place.longitude_deg} if place else {})


def _compared(section: object, names: NewNames) -> object:
    """Renamed `[compare]` section, without powers of plants called by name, or of unknown ids."""
    if not isinstance(section, dict) or not isinstance(powers := section.get("kwp"), dict):
        return section
    return {**section, "kwp": {id_: own for id_, own in powers.items() if id_ in names.plants.values()}}


def _without_files(sections: dict[str, object], name: str) -> list[str]:
    """Take out keys that are read from a file; say which."""
    message = _("the key that is read from a file names sites and meters: left out, {key} in its place")
    if name == "keys" and isinstance(keys := sections.get("keys"), dict):
        kept = {key: own for key, own in keys.items() if not _reads_file(own)}
        left = [key for key in keys if key not in kept]
        sections["keys"] = kept
        return [message.format(key=_("nothing")) for _key in left]
    if name == "key" and _reads_file(sections.get("key")):
        sections["key"] = {"name": "prorata"}
        return [message.format(key="prorata")]
    return []


def _reads_file(own: object) -> bool:
    return isinstance(own, dict) and any(isinstance(own.get(name), str) for name in FILES)


def _variants(
    source: RawFolder, names: NewNames, scaled: Collection[str]
) -> tuple[list[dict[str, object]], list[str]]:
    variants, sentences = [], []
    for variant in variants_of(source.sections):
        changes = {path: value for path, value in variant.items() if path not in OF_A_VARIANT}
        name = names.variants[str(variant.get("name", ""))]
        wrong = [path for path in changes if _is_of_what_goes(path, scaled)]
        if wrong:
            message = _("{variant} left out: it changes what is frozen or replaced ({columns})")
            columns = ", ".join(sorted({path.rpartition(".")[2] for path in wrong}))
            sentences.append(message.format(variant=name, columns=columns))
            continue
        new = {
            renamed_path(path.replace(".annual_kwh", ".scale_to_kwh"), names): renamed(value, names.every)
            for path, value in changes.items()
        }
        variants.append({"name": name, **new})
    return variants, sentences


def _is_of_what_goes(path: str, scaled: Collection[str]) -> bool:
    """Return whether a path leads to a curve, a place or a name: frozen, or replaced."""
    head, _dot, rest = path.partition(".")
    id_, _dot, column = rest.rpartition(".")
    if head == "weather":
        return True
    if head == "operation":
        return column not in OF_OPERATION or column in {"start", "end", "step_minutes"}
    if head in {"key", "keys"}:
        return column in FILES
    if head == "participants" and column == "annual_kwh":
        return id_ not in scaled
    known = columns(f"{head}.csv").get(column)
    return known is not None and known.anonymous != "kept" and column != "behind"
