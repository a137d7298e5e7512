"""Does on the page of a folder what a meeting does, to be killed: `python -m benchmarks.kills_page DIR`.

The page answers in this process. What was done before a kill is refused a second time, which changes nothing.
"""

import sys
from pathlib import Path

from tests.web.test_guard import client_of

CELL = "participants.csv:2:annual_kwh"


def meet(folder: Path) -> None:
    """Keep a scenario, change a cell, drop a file, make the workbook and the forms.

    No file is written twice: after a kill it is as before, or as after.
    """
    client = client_of(folder)
    client.post("/garder", data={"nom": "cher", "set": "prix=130", "note": "x"})
    shown = client.get("/donnees").text
    stamp = shown.partition('name="tampon" value="')[2].partition('"')[0]
    client.post("/donnees/table", data={"tampon": stamp, CELL: "63000"})
    client.post("/etat", json={"number": 1, "set": ["prix=90"], "drawn": True})
    client.post("/donnees/fichier", files={"fichier": ("curve.csv", b"date;kWh\n" * 2000)})
    for path in ("/donnees/classeur?rempli=1", "/donnees/formulaires", "/question", "/comparer"):
        client.get(path)


if __name__ == "__main__":
    meet(Path(sys.argv[1]))
