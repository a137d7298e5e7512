"""What a line of each table, and a section of `operation.toml`, holds.

`row_models.pyi` says it to the type checker: `python -m docs.columns`.
"""

from pydantic import BaseModel

from scenarios.entry.columns.names import CHANGES, PARTICIPANTS, PARTIES, PERSONS, PLANTS, QUOTES, SIGNATURES
from scenarios.entry.columns.schema import KeySection, row_model, section_model

ParticipantRow = row_model("ParticipantRow", PARTICIPANTS)
PlantRow = row_model("PlantRow", PLANTS)
PersonRow = row_model("PersonRow", PERSONS)
PartyRow = row_model("PartyRow", PARTIES)
QuoteRow = row_model("QuoteRow", QUOTES)
ChangeRow = row_model("ChangeRow", CHANGES)
SignatureRow = row_model("SignatureRow", SIGNATURES)
SiteRow = ParticipantRow | PlantRow
ROWS = {
    PARTICIPANTS: ParticipantRow,
    PLANTS: PlantRow,
    PERSONS: PersonRow,
    PARTIES: PartyRow,
    QUOTES: QuoteRow,
    CHANGES: ChangeRow,
    SIGNATURES: SignatureRow,
}

OperationSection = section_model("operation", "what is studied, over which local days (end excluded).")
PricesSection = section_model("prices", "EUR/MWh without tax.")
FinanceSection = section_model("finance", "hypotheses of the producers' plan, money without tax.")
WeatherSection = section_model("weather", "`generated`, `pvgis`, or a file of `curves/`.")
WordsSection = section_model("words", "texts of the brief.")
BatterySection = section_model("battery", "a battery shared by the operation.")
DecideSection = section_model("decide", "the group's criteria for a key, the first one first.")
PmoSection = section_model("pmo", "the legal person that organises the operation, as papers name it.")
CarbonSection = section_model("carbon", "files of `curves/` with the carbon of the grid by the hour, g/kWh.")
WorthSection = section_model("worth", "prices of the alternatives of sharing, without tax.")
FlexibleSection = section_model(
    "flexible", "energy of a site that can be used at another hour of the same day."
)

SECTIONS: dict[str, type[BaseModel]] = {
    "operation": OperationSection,
    "key": KeySection,
    "prices": PricesSection,
    "finance": FinanceSection,
    "weather": WeatherSection,
    "words": WordsSection,
    "battery": BatterySection,
    "decide": DecideSection,
    "carbon": CarbonSection,
    "pmo": PmoSection,
}
"""The sections of `operation.toml`, in the order in which they are read."""

OPTIONAL_SECTIONS = frozenset({"finance", "battery", "pmo"})
"""Sections without which a thing is left out, not taken with its defaults."""
