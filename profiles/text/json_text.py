"""JSON that somebody gave: what the parser cannot hold is a fault of the text, like any other."""

import json
from collections.abc import Callable


def parse_json(text: str | bytes, parse_float: Callable[[str], object] | None = None) -> object:
    """Return the value of a JSON text.

    Args:
        parse_float: what reads a number with decimals; `float` without it.

    Raises:
        JSONDecodeError: no JSON, nested too deep, or a whole number of thousands of digits.
    """
    try:
        return json.loads(text, parse_float=parse_float)
    except json.JSONDecodeError:
        raise
    except RecursionError:
        fault = "nested too deep"
    except ValueError as odd:  # an encoding; a number that Python would take minutes to read
        fault = str(odd).partition(";")[0]
    raise json.JSONDecodeError(fault, "", 0)
