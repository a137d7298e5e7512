"""The words of a meeting on the page: « la cave part », « 90 euros », over the names that it may show."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from acc.household_privacy import HOMES
from acc.scenario import Scenario
from reports.page.names import Names
from scenarios.entry.columns.csv_tables import Row
from scenarios.entry.columns.names import word_of
from scenarios.entry.folder.question import read_question
from scenarios.entry.folder.raw import RawFolder
from scenarios.entry.folder.settings import Setting
from scenarios.session import PageQuestion


@dataclass(frozen=True, slots=True)
class Phrase:
    """What is typed in the field of a meeting, and what was understood of it, or why nothing was."""

    typed: str = ""
    understood: str = ""
    refused: tuple[str, ...] = ()


def with_shown_names(
    source: RawFolder, names: Names, everyone: Scenario, shut: Callable[[str], str]
) -> RawFolder:
    """Return a folder with the names that the page may show: who has no row of its own is not in it.

    Args:
        names: with who stands in a row of several.
        shut: pseudonym of a closed id.
    """
    homes = {
        site.id
        for site in everyone.participants
        if site.kind in HOMES and not names.row(site.person or site.id)
    }

    def shown(row: Row) -> Row:
        id_ = str(row.cells.get("id") or "")
        if id_ not in names.closed:
            return row
        placed = {"id": shut(id_), "name": names.sites.get(id_, ""), "commune": "", "insee": ""}
        return replace(row, cells={**row.cells, **placed})

    def has_row(row: Row) -> bool:
        id_ = str(row.cells.get("id") or "")
        member = str(row.cells.get("person") or id_)
        return id_ in homes or not ({id_, member} & names.closed or names.row(member))

    return replace(
        source,
        persons=None if source.persons is None else tuple(filter(has_row, source.persons)),
        participants=tuple(shown(row) for row in source.participants if has_row(row)),
        plants=tuple(map(shown, source.plants)),
    )


def question_with(question: PageQuestion, settings: Iterable[Setting], base: Scenario) -> PageQuestion:
    """Return a state with settings in place of what it says of the same paths.

    Args:
        base: the kept scenario that the state starts from.
    """
    inside = {site.id for site in (*base.participants, *base.plants)}
    for setting in settings:
        path, value = setting.path, setting.value
        text = f"{value:.12g}" if isinstance(value, int | float) else str(value)
        text = str(value).lower() if isinstance(value, bool) else text
        sets = tuple(word for word in question.sets if read_question([word])[0].path != path)
        _table, id_, column = (*path.split("."), "", "")[:3]
        out = tuple(name for name in question.without if name != id_)
        if path == "key.name":
            key = word_of("key", text) or text
            question = replace(question, sets=sets, key=key if key != base.key.name else None)
        elif column == "active":
            powers = tuple(word for word in question.powers if word.partition("=")[0] != id_ or value)
            sets += () if id_ in inside or not value else (f"{path}=true",)
            without = out if value else (*out, id_)
            question = replace(question, sets=sets, without=without, powers=powers)
        elif column == "kwp":
            powers = tuple(word for word in question.powers if word.partition("=")[0] != id_)
            question = replace(question, without=out, powers=(*powers, f"{id_}={text}"))
        else:
            question = replace(question, sets=(*sets, f"{path}={text}"))
    return question
