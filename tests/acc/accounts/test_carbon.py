from acc.accounts.values import carbon
from acc.bills.tariffs import CarbonFactor


def test_factor_scope_and_year_stay_with_the_figure() -> None:
    direct = CarbonFactor(
        scope="direct", grid_g_per_kwh=32.0, pv_g_per_kwh=0.0, year="2023", reference="RTE", confidence="H"
    )
    (found,) = carbon([direct], 100_000.0)
    assert found.avoided_kgco2 == 3200.0
    assert (found.factor.scope, found.factor.year, found.produced_kwh) == ("direct", "2023", 100_000.0)
