"""What the weather asks of each use, by hand."""

from typing import Any

import numpy as np
import pytest

from profiles.reference.kinds import Driver, ElectricityUse
from profiles.reference.shapes import Surroundings, _driven

YEAR: Any = None
AROUND = Surroundings(
    YEAR,
    temperature_c=np.array([9.0, 1.0, 30.0, 20.0]),
    day_mean_c=np.array([5.0, 5.0, 24.0, 24.0]),
    elevation_deg=np.array([-7.0, -6.0, 40.0, 3.0]),
)


def driven(driver: Driver, **given: Any) -> np.ndarray:
    use = ElectricityUse(name="x", share_ratio=1.0, hours=(), driver=driver, **given)
    return np.broadcast_to(np.asarray(_driven(use, AROUND), dtype=float), 4)


def test_each_driver_follows_the_weather() -> None:
    assert driven(Driver.NONE).tolist() == [1.0] * 4
    assert driven(Driver.NIGHT, threshold_deg=-6.0).tolist() == [1.0, 0.0, 0.0, 0.0]
    # Half of the hour's air: 7, 3, 27 and 22 °C felt, of 15.
    assert driven(Driver.HEATING, threshold_c=15.0, air_ratio=0.5) == pytest.approx([8.0, 12.0, 0.0, 0.0])
    assert driven(Driver.HEATING, threshold_c=15.0) == pytest.approx([10.0, 10.0, 0.0, 0.0])
    # The mean of the hour and of the day: 7, 3, 27 and 22 °C, of 21.
    assert driven(Driver.COOLING, threshold_c=21.0) == pytest.approx([0.0, 0.0, 6.0, 1.0])


def test_refrigeration_uses_more_by_degree_and_never_less_than_its_level() -> None:
    """2 % a degree around 20 °C: 11 and 19 degrees less, 10 more; 0.78 and 0.62, at least 0.7; 1.2."""
    found = driven(Driver.REFRIGERATION, threshold_c=20.0, slope_per_c=0.02, level_ratio=0.7)
    assert found == pytest.approx([0.78, 0.7, 1.2, 1.0])


def test_a_heat_pump_divides_the_degrees_by_its_performance() -> None:
    """Water of 35 °C, 26 and 34 degrees above the air: 6 - 0.1 x 26 + 0.001 x 26 x 26 = 4.076, then 3.756."""
    pump = {"flow_c": 35.0, "cop_constant": 6.0, "cop_per_k": -0.1, "cop_per_k2": 0.001}
    found = driven(Driver.HEATING, threshold_c=15.0, **pump)
    assert found[:2] == pytest.approx([10.0 / 4.076, 10.0 / 3.756])
