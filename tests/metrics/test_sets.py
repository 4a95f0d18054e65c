"""Sets of labels: by hand."""

import numpy as np
import pytest

from affekt.metrics import label_sets


def test_coverage_and_size_of_sets_by_hand():
    gold = np.array([[1, 1, 0], [0, 1, 0], [0, 0, 0]], dtype=bool)
    inside = np.array([[1, 0, 1], [1, 1, 1], [1, 0, 0]], dtype=bool)
    statistic = label_sets(gold, inside)
    # The item without a gold label has a size and no coverage.
    assert {k: float(v) for k, v in statistic(np.ones(3)).items()} == pytest.approx(
        {"set_coverage": (1 / 2 + 1) / 2, "mean_set_size": 6 / 3}
    )
    weighted = statistic(np.array([[1, 3, 1], [0, 0, 1]], dtype=np.float32))
    assert weighted["set_coverage"][0] == pytest.approx((1 / 2 + 3) / 4)
    assert np.isnan(weighted["set_coverage"][1])
