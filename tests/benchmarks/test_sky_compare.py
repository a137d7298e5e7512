"""The generated sky shares what a French typical year shares, months being the same."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks import sky_compare


@pytest.mark.slow
@pytest.mark.shared
def test_the_ratio_shared_is_that_of_a_typical_year_with_the_same_months(
    shared_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sky_compare, "LYON", shared_data / "weather" / "lyon_bron_tmyx_2004_2018.epw")
    found = sky_compare.shared_ratios((24, 1))
    assert np.mean(found.its_months) == pytest.approx(found.file, abs=0.01)
    assert np.mean(found.bergerac) == pytest.approx(found.file_with_bergerac_months, abs=0.01)
    # What is left between the file as it stands and Bergerac is months, not the sky: at the very place of
    # the file, the months published there make the same difference.
    assert np.mean(found.published) == pytest.approx(np.mean(found.bergerac), abs=0.003)
