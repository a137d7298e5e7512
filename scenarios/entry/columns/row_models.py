"""What a line of each table holds. `row_models.pyi` says it to the type checker: `python -m docs.columns`."""

from scenarios.entry.columns.column_types import row_model
from scenarios.entry.columns.names import PARTICIPANTS, PERSONS, PLANTS

ParticipantRow = row_model("ParticipantRow", PARTICIPANTS)
PlantRow = row_model("PlantRow", PLANTS)
PersonRow = row_model("PersonRow", PERSONS)
SiteRow = ParticipantRow | PlantRow
ROWS = {PARTICIPANTS: ParticipantRow, PLANTS: PlantRow, PERSONS: PersonRow}
