"""What `acc why` adds to the core."""

from scenarios.studies.why.run import explained_from_first
from scenarios.study import Study

STUDY = Study(explain_changes=explained_from_first)
