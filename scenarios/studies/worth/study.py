"""What `acc worth` adds to the core."""

from scenarios.studies.worth.compare import check_worth
from scenarios.studies.worth.run import with_worth
from scenarios.study import Study

STUDY = Study(
    check_operation=lambda opened: check_worth(opened.source, opened.operation),
    command="acc worth",
    add_to_brief=with_worth,
)
