"""A question in one line: what a person sets over a folder, found in it, kept as a variant.

`prix=95`, `sans=metallerie`, `plants.toit.kwp=199`: the words of `--set`, `--without`, `--kwp` and `--ask`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from gettext import gettext as _
from pathlib import Path

from acc.i18n import is_french
from acc.problem import InputError, Problem, refuse
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.messages import unknown_word
from scenarios.entry.columns.names import plain, word_of, words
from scenarios.entry.folder.raw import RawFolder, read_source
from scenarios.entry.folder.settings import (
    Setting,
    read_setting,
    variant_settings,
    with_settings,
    with_variant,
)

WITHOUT = "without"
"""Path of what `--without ID` asks: the site, the plant, or all that a person has."""


def read_question(
    sets: Iterable[str] = (),
    without: Iterable[str] = (),
    powers: Iterable[str] = (),
    unchanging: object = False,
    *,
    key: str | None = None,
) -> tuple[Setting, ...]:
    """Parse a question over a folder into settings; a key comes first.

    Args:
        sets: of `--set`, as `prix=95`.
        without: of `--without`, an id each.
        powers: of `--kwp`, as `toit=199`.
        unchanging: of `--without-changes`, whether no dated change is counted.

    Raises:
        InputError: every text that is not a change.
    """
    settings = [Setting("key.name", key, f"--key {key}")] if key else []
    texts = [
        *((text, text, "--set") for text in sets),
        *((f"{WITHOUT}={name}", name, "--without") for name in without),
        *((f"kwp.{text}", text, "--kwp") for text in powers),
        *([("operation.changes=false", "changements=non", "--set")] if unchanging else []),
    ]
    problems: list[Problem] = []
    for text, typed, option in texts:
        try:
            settings.append(replace(read_setting(text, option), place=f"{option} {typed}"))
        except InputError:
            message = _("{value} is refused: {example} is expected")
            problems.append(Problem(option, message.format(value=typed, example=_EXAMPLES[option])))
    refuse(problems)
    return tuple(settings)


_EXAMPLES = {"--set": "prix=95", "--without": "metallerie", "--kwp": "toit=199"}


def read_ask(text: str) -> tuple[Setting, ...]:
    """Return the changes of one `--ask`: settings with a space between, `prix=95 sans=metallerie`.

    >>> [(s.path, s.value) for s in read_ask('prix=95 key.ranks=[["a"], ["b"]]')]
    [('prices.local_eur_per_mwh', 95), ('key.ranks', [['a'], ['b']])]
    """
    return tuple(read_setting(part, "--ask") for part in _apart(text))


def _apart(text: str) -> Iterator[str]:
    """Yield the settings of a text: a space parts them where `path=` follows, outside brackets."""
    start = 0
    for space in re.finditer(r"\s+(?=[\w.-]+\s?=)", text):
        before = text[start : space.start()]
        if all(before.count(left) == before.count(right) for left, right in ("[]", "{}")):
            yield before
            start = space.end()
    yield text[start:]


def label(settings: Sequence[Setting]) -> tuple[str, ...]:
    """Label of a question for titles, as typed; a key has a title of its own."""
    without = _("without {name}")
    own = [setting for setting in settings if setting.fault_place not in {"--key", ""}]
    return tuple(without.format(name=s.words) if s.fault_place == "--without" else s.words for s in own)


def source_with_settings(
    folder: Path | RawFolder, *, variant: str | None = None, settings: Sequence[Setting] = ()
) -> RawFolder:
    """Return a folder, read already or not, under a variant, then under what is asked over it.

    Raises:
        InputError: a folder that cannot be read, a variant or an id that is not in it.
    """
    source = read_source(folder) if isinstance(folder, Path) else folder
    source = with_variant(source, variant, "--variant") if variant else source
    return with_settings(source, resolve_settings(source, settings))


def resolve_settings(source: RawFolder, settings: Sequence[Setting]) -> list[Setting]:
    """Return the changes as plain paths of this folder; who is meant is looked up by id or by name.

    Raises:
        InputError: nobody, or several, are called so.
    """
    plain_ones: list[Setting] = []
    problems: list[Problem] = []
    for setting in settings:
        head, _dot, rest = setting.path.partition(".")
        try:
            if setting.path in {WITHOUT, "sans"}:
                plain_ones += _without(source, setting)
            elif head == "kwp" and rest:
                name = _id_of(source.plants, rest)
                plain_ones.append(replace(setting, path=f"plants.{name}.kwp"))
            elif setting.path == "key.name":
                word = word_of("key", str(setting.value))
                plain_ones.append(replace(setting, value=word or setting.value))
            else:
                plain_ones.append(setting)
        except KeyError as fault:
            problems.append(Problem(setting.fault_place, str(fault.args[0])))
    refuse(problems)
    return plain_ones


def _without(source: RawFolder, setting: Setting) -> list[Setting]:
    """Settings that remove a site, a plant, or every site and plant of a person."""
    name = str(setting.value)
    tables = (("participants", source.participants), ("plants", source.plants))
    cells = [row.cells for row in source.persons or ()]
    persons = {plain(str(own.get(word, ""))): own.get("id") for own in cells for word in ("id", "name")}
    person, sites = persons.get(plain(name)), [(table, row) for table, rows in tables for row in rows]
    own = [(t, row) for t, row in sites if person is not None and row.cells.get("person") == person]
    if not own:
        id_ = _id_of([row for _table, row in sites], name)
        own = [next((table, row) for table, row in sites if row.cells.get("id") == id_)]
    paths = [f"{table}.{row.cells.get('id')}.active" for table, row in own]
    return [replace(setting, path=path, value=False) for path in paths]


def _id_of(rows: Sequence[Row], word: str) -> str:
    """Return the id that a person means: an id, a printed name, or the first letters of one site alone."""
    ids = [str(row.cells.get("id", "")) for row in rows]
    if word in ids:
        return word
    spelt, cells = plain(word), [(str(row.cells.get("id", "")), row.cells) for row in rows]
    names = [(plain(str(own.get(key, ""))), id_) for id_, own in cells for key in ("id", "name")]
    exact = [name for text, name in names if text == spelt]
    starts = [name for text, name in names if spelt and text.startswith(spelt)]
    matches = list(dict.fromkeys(exact or starts))
    if len(matches) == 1:
        return matches[0]
    if matches:
        message = _("“{word}” may be {names}: write the whole id")
        raise KeyError(message.format(word=word, names=", ".join(matches)))
    raise KeyError(unknown_word(word, ids))


def resolve_key(name: str) -> str:
    """Return the id of a key, written by it or by its French title.

    Raises:
        ValueError: an unknown key, with the one that was likely meant.
    """
    word = word_of("key", name)
    if word is None:
        raise ValueError(unknown_key(name))
    return word


def unknown_key(name: str) -> str:
    """Return the message for a key that is in no table, with the one that was likely meant."""
    spellings = {
        plain(text): word for word in words("key").values() for text in (word.id, word.french, *word.others)
    }
    near = get_close_matches(plain(name), spellings, n=1, cutoff=0.5)
    if near:
        word = spellings[near[0]]
        return _("“{name}” is unknown. {title}: {id}.").format(name=name, title=word.french, id=word.id)
    known = ", ".join(word.french if is_french() else word.id for word in words("key").values())
    return _("“{name}” is unknown. Keys: {known}.").format(name=name, known=known)


def all_settings(
    source: RawFolder, variant: str | None, key: str | None, settings: Sequence[Setting]
) -> list[Setting]:
    """Return the changes of a variant, then those that are asked over it, as plain paths of the folder.

    Raises:
        InputError: an unknown variant; nobody, or several, are called as a change says.
    """
    under = with_variant(source, variant, "--variant") if variant else source
    before = variant_settings(source, variant) if variant else []
    return [*before, *resolve_settings(under, (*read_question(key=key), *settings))]
