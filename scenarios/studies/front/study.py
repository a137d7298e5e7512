"""What `acc front` adds to the core."""

from scenarios.studies.front.run import check_front, settings_of_page
from scenarios.study import Study

STUDY = Study(
    check_operation=lambda opened: check_front(opened.operation),
    command="acc front",
    settings_of_page=settings_of_page,
)
