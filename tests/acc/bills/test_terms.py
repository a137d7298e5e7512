"""Internal prices of all plants and buyers at once, against each pair by itself."""

import numpy as np

from acc.bills.bill import local_price, local_prices
from acc.scenario import Prices


def test_prices_of_all_pairs_are_those_of_each():
    prices = Prices(
        local_eur_per_kwh=0.1,
        local_by_slot_eur_per_kwh={"hc": 0.08},
        local_by_plant_eur_per_kwh={"roof": 0.12},
    )
    plants, buyers = ["roof", "barn"], [None, 0.09, None, 0.07, 0.09]
    pairs = [[local_price(prices, plant, own) for own in buyers] for plant in plants]
    np.testing.assert_array_equal(local_prices(prices, plants, buyers), np.array(pairs))
    assert local_prices(prices, plants, []).shape == (2, 0, 5)
    assert local_prices(prices, [], buyers).shape == (0, 5, 5)
