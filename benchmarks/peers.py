"""What a user would write instead: each in a few lines, with the libraries that one takes for it."""

from collections.abc import Callable, Sequence
from typing import Any

import mpmath
import numpy as np
import sympy as sp

COUPLING = "0.3"


class MpmathStep:
    """Z -> phi(U (*) Z + I) of the default network in mpmath, with a Fourier transform of one's own, N a power of 2."""

    def __init__(self, sites: int, digits: int) -> None:
        self.context = mpmath.MPContext()
        self.context.dps = digits
        mp = self.context
        self.ahead = [mp.expjpi(-mp.mpf(2 * j) / sites) for j in range(sites // 2)]
        self.back = [root.conjugate() for root in self.ahead]
        waves = [mp.cospi(mp.mpf(2 * j) / sites) for j in range(sites)]
        self.kernel = [mp.expj(2 * mp.mpf(COUPLING) * (1 - wave)) / sites for wave in waves]

    def numbers(self, values: Sequence[complex]) -> list[Any]:
        return [self.context.mpc(value) for value in values]

    def step(self, state: list[Any], drive: list[Any]) -> list[Any]:
        spectrum = self._transformed(state, self.ahead)
        convolved = self._transformed([u * z for u, z in zip(self.kernel, spectrum)], self.back)
        sums = [a + b for a, b in zip(convolved, drive)]
        return [w / self.context.sqrt(1 + w.real**2 + w.imag**2) for w in sums]

    def _transformed(self, values: list[Any], roots: list[Any]) -> list[Any]:
        if len(values) == 1:
            return values
        even, odd = self._transformed(values[::2], roots[::2]), self._transformed(values[1::2], roots[::2])
        turned = [root * value for root, value in zip(roots, odd)]
        return [a + b for a, b in zip(even, turned)] + [a - b for a, b in zip(even, turned)]


def numpy_step(shape: tuple[int, ...]) -> Callable[[Any, Any], Any]:
    """The same in NumPy, in one line."""
    axes = [2 * np.pi * np.arange(length) / length for length in shape]
    omega = sum(2 * float(COUPLING) * (1 - np.cos(k)) for k in np.meshgrid(*axes, indexing="ij"))
    symbol = np.exp(1j * omega)

    def step(state: Any, drive: Any) -> Any:
        w = np.fft.ifftn(symbol * np.fft.fftn(state)) + drive
        return w / np.sqrt(1 + np.abs(w) ** 2)

    return step


def lambdified(law: Any) -> Callable[..., Any]:
    """An explicit law as SymPy compiles it."""
    symbols = [parameter.symbol for parameter in law.parameters]
    function: Callable[..., Any] = sp.lambdify(symbols, law.equation.rhs, "numpy", cse=True)
    return function


def bisected(law: Any, low: float, high: float) -> Callable[..., Any]:
    """An implicit law by 52 bisections of all points at once; lhs - rhs changes its sign between low and high."""
    symbols = [law.subject, *(parameter.symbol for parameter in law.parameters)]
    residual = sp.lambdify(symbols, law.equation.lhs - law.equation.rhs, "numpy", cse=True)

    def root(*values: Any) -> Any:
        below, above = np.full(values[0].shape, low), np.full(values[0].shape, high)
        sign = np.sign(residual(below, *values))
        for _ in range(52):
            middle = (below + above) / 2
            inside = np.sign(residual(middle, *values)) == sign
            below, above = np.where(inside, middle, below), np.where(inside, above, middle)
        return (below + above) / 2

    return root
