"""phi(w) = (rho(|w|)/|w|) w of arrays of complex doubles, in place, a piece at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from analytics.arrays.arithmetic import LARGEST
from numerics.doubles.pieces import PIECE, in_pieces
from numerics.doubles.transforms import Doubles

Reals = NDArray[np.float64]


class Activation:
    """phi of an array; quotient: r -> rho(r)/r of an array of moduli, 1 at 0."""

    def __init__(self, quotient: Callable[[Reals], Reals], threads: int = 1) -> None:
        self._quotient = quotient
        self._threads = threads

    def gain(self, modulus: Reals) -> Reals:
        """rho(r)/r, NaN where powers of r would overflow."""
        if modulus.max(initial=0.0) <= LARGEST:
            return self._quotient(modulus)
        return np.where(modulus <= LARGEST, self._quotient(modulus), np.nan)

    def __call__(self, w: Doubles) -> Doubles:
        found = np.array(w)
        flat = found.reshape(-1)
        in_pieces(lambda at: self.put(flat[at]), flat.size, PIECE, self._threads)
        return found

    def put(self, w: Doubles) -> None:
        """Put phi(w) in the place of w."""
        w *= self.gain(np.abs(w))
