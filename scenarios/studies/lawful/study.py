"""What the lawful operations add to the core: the folders of a plan that was kept."""

from scenarios.studies.lawful.folders import write_groups
from scenarios.study import Study

STUDY = Study(write_plan=write_groups)
