"""What an export without names adds to the core."""

from scenarios.operation.metering.own_use import behind_of, site_load_kwh
from scenarios.studies.anonymous.hand_over import check_powers, export_anonymous
from scenarios.study import OpenFolder, Study


def _check_operation(opened: OpenFolder) -> None:
    scenario = opened.operation.scenario
    loads_kwh = site_load_kwh(opened.metered.exchange, behind_of(scenario))
    shapes = {site.id: loads_kwh[:, n] for n, site in enumerate(scenario.participants)}
    check_powers(opened.source, scenario, shapes)


STUDY = Study(check_operation=_check_operation, command="acc export --anonymous", export=export_anonymous)
