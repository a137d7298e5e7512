"""What each site is called on a page that a room looks at: who did not agree is a kind and a number."""

from collections import Counter
from collections.abc import Mapping
from gettext import gettext as _

from acc.scenario import Scenario
from reports.view.privacy import drawn_names, plant_name


def page_names(scenario: Scenario) -> Mapping[str, str]:
    """Return the name of each site by id; several that would be called the same are numbered.

    Args:
        scenario: everyone of the folder, so that a number does not change with who is in.
    """
    drawn = drawn_names(scenario)
    names = {site.id: drawn.get(site.id, _("Household")) for site in scenario.participants}
    many = {name for name, count in Counter(names.values()).items() if count > 1}
    seen: Counter[str] = Counter()
    for site, name in names.items():
        if name in many:
            seen[name] += 1
            names[site] = f"{name} {seen[name]}"
    return {**names, **{plant.id: plant_name(plant, scenario) for plant in scenario.plants}}
