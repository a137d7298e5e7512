"""Breaks what a browser sends to the page: it answers in words, and never fails."""

import json
import random
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree, rmtree
from urllib.parse import quote

import pytest

from tests.profiles.mutations import mutated
from tests.scenarios.folder.test_mutated import SECONDS, another_figure, write_folder
from tests.web.test_data import stamp_of
from tests.web.test_guard import client_of

FORM = "application/x-www-form-urlencoded"
PARTS = b"""--x\r\nContent-Disposition: form-data; name="onglet"\r\n\r\ncourbes\r
--x\r\nContent-Disposition: form-data; name="fichier"; filename="mairie.csv"\r\nContent-Type: text/csv\r\n\r
time;mairie_kwh\n2026-01-04T22:00:00Z;2.000\n2026-01-04T23:00:00Z;2.100\n\r\n--x--\r\n"""
STATE = {
    "number": 7,
    "set": ["prix=95", "participants.cave.active=true"],
    "without": ["ecole"],
    "kwp": ["gymnase=120"],
    "key": "equal",
    "variant": "sans la cave",
    "order": ["ville", "cave"],
    "axis": [-1200, 2500.5],
    "unfolded": ["1"],
    "tri": "name",
    "jour": "2026-01-05",
}
ASKED = b"set=prix%3D95&without=ecole&kwp=gymnase%3D120&key=equal&variant=sans%20la%20cave&jour=2026-01-06"
OPS = {
    "onglet": "membres",
    "since": "x",
    "ops": [
        {"file": "participants.csv", "row": "mairie", "column": "kva", "before": "36", "text": "48"},
        {
            "file": "participants.csv",
            "row": "n-1",
            "column": "name",
            "block": "a\tb",
            "rows": ["n-1"],
            "columns": ["name"],
        },
        {"file": "plants.csv", "row": "@2", "remove": True},
    ],
}
CELL = b"participants.csv:2:kva=48&participants.csv:3:supply_eur_per_mwh=1%2C25&onglet=membres"


@dataclass(frozen=True)
class Sent:
    """What a browser sends: where, its body or the words of an address, its type; broken ones each day."""

    path: str
    what: bytes
    type: str = ""
    daily: int = 30


KINDS: Mapping[str, Sent] = {
    "a meeting": Sent("/seance", ASKED),
    "a form of a meeting": Sent(
        "/seance", b"formulaire=1&avec=mairie&avec=ecole&prix=95&cle=priority&" + ASKED
    ),
    "a state": Sent("/etat", json.dumps(STATE, indent=1).encode(), "application/json"),
    "what is kept": Sent(
        "/garder", b"nom=cher&present=la%20mairie&note=deux%20mots&" + ASKED, FORM, daily=15
    ),
    "cells": Sent("/donnees/table", CELL, FORM, daily=15),
    "typed cells": Sent("/donnees/cellules", json.dumps(OPS).encode(), "application/json", daily=15),
    "a total": Sent("/donnees/totaux", b"case=participants.csv:2:kva&texte=1%20250,5", FORM),
    "a file": Sent("/donnees/fichier", PARTS, "multipart/form-data; boundary=x"),
    "scenarios": Sent("/comparer", b"cas=&cas=sans%20la%20cave&cas=jour:x&tirages=3", daily=10),
    "crossed": Sent("/comparer/croiser", b"cle=equal&cle=prorata&kwp.1=100/200&prix=80/95", daily=6),
    "one put aside": Sent("/comparer/ecarter", b"nom=sans%20la%20cave", FORM),
    "tables": Sent("/donnees", b"onglet=membres&colonnes=toutes&partie=1", daily=10),
    "documents": Sent("/documents", b"variant=sans%20la%20cave", daily=10),
}
ENDS = {
    200: "answered",
    303: "answered",
    404: "refused",
    409: "refused",
    413: "refused",
    422: "refused",
    400: "refused",
}


def ends(name: str, folder: Path, count: int, seed: int, other: Sent | None = None) -> Counter[str]:
    """Return how many of `count` broken sendings of a kind were answered, and how many refused."""
    sent = other or KINDS[name]
    dice, found = random.Random(f"{name} {seed}"), Counter[str]()
    whole = write_folder(folder / "whole")
    where = copytree(whole, folder / "op")
    client, before = client_of(where), _files(where)
    for _number in range(count):
        broken = (mutated if dice.random() < 0.6 else another_figure)(sent.what, dice)
        began = time.process_time()
        if sent.type:
            if sent.what == CELL:  # nothing is written of data that are no longer those of the page
                broken = b"tampon=" + stamp_of(client).encode() + b"&" + broken
            answer = client.post(sent.path, content=broken, headers={"content-type": sent.type})
        else:
            answer = client.get(f"{sent.path}?{quote(broken, safe='=&%+:;,/')}")
        assert answer.status_code in ENDS, (answer.status_code, broken)
        assert time.process_time() - began < SECONDS, broken
        found[ENDS[answer.status_code]] += 1
        if _files(where) != before:
            rmtree(where)
            copytree(whole, where)
    return found


def _files(folder: Path) -> dict[str, bytes]:
    beside = {".cache", "out", "versions"}
    files = [path for path in folder.rglob("*") if path.is_file() and not beside & {*path.parts}]
    return {str(path): path.read_bytes() for path in files}


@pytest.mark.parametrize("name", KINDS)
def test_whatever_a_browser_sends_is_answered_in_words(name: str, tmp_path: Path) -> None:
    found = ends(name, tmp_path, KINDS[name].daily, 36)
    assert found["answered"] >= 1
