"""Discrete Fourier transforms of arrays of complex doubles: ducc0's where it is installed, else SciPy's.

ducc0 takes about half the time along an axis of large strides. It comes with ``nearcritical[fast]``, not by itself,
because it is under the GPL.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.complex128]

Transform = Callable[[Doubles, Sequence[int], int], Doubles]
"""(array, axes, threads) -> the transform along these axes."""


@dataclass(frozen=True, slots=True)
class Transforms:
    """forth: sum_x e^(-i k.x) Z(x). back: its inverse, whose result may stand in the place of its argument."""

    name: str
    forth: Transform
    back: Transform


def transforms_of_scipy() -> Transforms:
    """pocketfft, a part of SciPy."""
    import scipy.fft

    return Transforms(
        "scipy",
        lambda values, axes, threads: scipy.fft.fftn(values, axes=axes, workers=threads),
        lambda values, axes, threads: scipy.fft.ifftn(values, axes=axes, workers=threads, overwrite_x=True),
    )


def transforms_of_ducc() -> Transforms:
    """The package ducc0."""
    from ducc0.fft import c2c

    return Transforms(
        "ducc0",
        lambda values, axes, threads: c2c(values, axes=axes, nthreads=threads),
        lambda values, axes, threads: c2c(
            values, axes=axes, forward=False, inorm=2, out=values, nthreads=threads
        ),
    )


@cache
def quickest_transforms() -> Transforms:
    """ducc0's if it is there."""
    return transforms_of_ducc() if find_spec("ducc0") else transforms_of_scipy()
