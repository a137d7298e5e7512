"""What a document may say of the data it rests on: nothing that tells who is not named in it."""

from collections.abc import Iterable

from acc.sites import Participant, Person, Plant
from reports.view.view import View


def shared_warnings(view: View) -> list[str]:
    """Return the warnings of a run that a document may tell; names are still to be taken out (`redacted`).

    One on the line or the curve of a site quotes its need, its power, its trade: without its name it would
    tell who it is. It stands on the sheet of its holder, and on the screen of who keeps the folder. What is
    said of the output or the plan of a plant is told without its name: all who buy from it are concerned.
    """
    scenario, given = view.result.scenario, view.result.provenance.warnings
    euros = () if view.result.money is None else view.result.money.warnings
    holders: tuple[Participant | Person, ...] = (*scenario.participants, *(scenario.persons or ()))
    secret = {*_naming(view, given, holders), *_naming(view, scenario.notes, scenario.plants)}
    return [text for text in given if text in euros or text not in secret]


def _naming(view: View, texts: Iterable[str], those: Iterable[Participant | Person | Plant]) -> list[str]:
    """Return the texts that hold a name which this document may not tell."""
    unnamed = [subject.name for subject in those if view.names.get(subject.id) != subject.name]
    return [text for text in texts if any(name in text for name in unnamed)]
