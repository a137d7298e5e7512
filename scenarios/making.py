"""Makes the arrays that the cache does not hold: the one door to `profiles`, opened only then."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from acc.arrays import FloatArray
from acc.result import LoadQuality
from acc.sites import Grade, Participant, Plant
from acc.steps import Steps
from profiles.curve import read_curve
from profiles.quality import grade, implausible
from profiles.resample import to_steps
from profiles.weather import Weather

Made: TypeAlias = tuple[FloatArray, dict[str, Any]]
"""An array of shape (T,), and what has to be remembered of it: `quality`, `warnings`."""
