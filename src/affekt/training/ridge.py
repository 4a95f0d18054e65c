"""Ridge regression in closed form, with an intercept that is not drawn towards zero."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def ridge(x: ArrayLike, y: ArrayLike, penalty: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The linear map that fits best under a penalty on the squares of its weights (Hoerl and Kennard 1970).

    Args:
        x: `[rows, features]`.
        y: `[rows, targets]`.
        penalty: in rows.

    Returns:
        Weights `[features, targets]`, intercepts `[targets]`.
    """
    features, targets = np.asarray(x, np.float64), np.asarray(y, np.float64)
    centre, middle = features.mean(axis=0), targets.mean(axis=0)
    shifted = features - centre
    square = shifted.T @ shifted + penalty * np.eye(features.shape[1])
    weight = np.linalg.solve(square, shifted.T @ (targets - middle))
    return weight, middle - centre @ weight
