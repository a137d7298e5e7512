"""What a view says of its keys."""

from reports.format.labels import key_title
from reports.view.view import view_of
from tests.reports.make import make_result


def test_the_key_of_the_folder_alone_is_marked() -> None:
    result = make_result(others=("static", "equal"))
    assert result.proposal is None
    chosen = result.scenario.key.name
    titles = [key_title(name) for name in (chosen, "static", "equal")]
    marked = [key.marked for key in view_of(result).keys]
    assert marked == [f"{titles[0]} (of the folder)", *titles[1:]]
