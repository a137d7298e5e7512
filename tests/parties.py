"""What papers say of the parties of `tests.scenarios.operation`: invented, written nowhere else.

The SIRETs have the key of a SIRET and are of nobody that these tests know of.
"""

from pathlib import Path

_ROWS = (
    ("id", "cave", "Mairie", "ecole"),
    ("legal_name", "Coopérative Zéphyrin", "Commune de Xanadu", ""),
    ("legal_form", "SCA zéphyrine", "commune xanadienne", ""),
    ("siret", "12345678200002", "98765432100007", ""),
    ("address", "12 impasse Quetzal", "1 place Xylophone", ""),
    ("signatory", "Odilon Brumaire", "Philomène Xérès", ""),
    ("signs_as", "régisseur-zélé", "mairesse-xyz", ""),
    ("contact", "quetzal@exemple.invalid", "0600000042", ""),
    ("holder", "", "", "Caisse Wagnérienne"),
    ("supplier", "Voltigeur Énergie", "Fluviale SA", ""),
    ("deliberated_on", "", "31/01/2026", ""),
)
PARTIES = "\n".join(";".join(cells) for cells in zip(*_ROWS, strict=True)) + "\n"

CLOSED_OF_PARTIES = tuple(
    text for column, *cells in _ROWS for text in cells if text and column not in {"id", "deliberated_on"}
)
"""Every text of that table that would tell who a party is."""

PMO = """
[pmo]
name = "Association Kaléidoscope"
siret = "11223344500009"
address = "3 venelle Jacaranda"
signatory = "Wilhelmine Kiosque"
signs_as = "trésorière-k"
contact = "kiosque@exemple.invalid"
mandatary = "Cabinet Zibeline"
exit_notice = "cent sept jours"
decided_on = 2026-02-20
"""

CLOSED_OF_PMO = (
    *("Association Kaléidoscope", "11223344500009", "3 venelle Jacaranda", "Wilhelmine Kiosque"),
    *("trésorière-k", "kiosque@exemple.invalid", "Cabinet Zibeline", "cent sept jours"),
)


def write_parties(folder: Path) -> Path:
    """Write `parties.csv` and `[pmo]` into a folder that has neither."""
    (folder / "parties.csv").write_text(PARTIES, encoding="utf-8")
    settings = folder / "operation.toml"
    settings.write_text(settings.read_text(encoding="utf-8").rstrip() + "\n" + PMO, encoding="utf-8")
    return folder
