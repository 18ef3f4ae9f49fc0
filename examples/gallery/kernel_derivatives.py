"""Derivatives of the kernel cost as much as a step

> We explicitly derive FFT-based algorithms to compute the kernels and their derivatives. The computational
> complexity of parametrizing this subspace of orthogonal transformations is thus the same as the networks'
> iteration. (arXiv:2302.07396)

The exponential commutes with its own stencil. So the derivative of U by an entry A(y) is U itself, moved by
y, and by any change D of the stencil it is the convolution of U with D. The derivatives are first compared,
at fifty digits, with difference quotients and with the moved kernel. Then a step of the network and the
application of a derivative to its state are timed, in one engine of doubles: two Fourier transforms each,
on rings of any size, and the step has its activation besides.

Run as

    python examples/gallery/kernel_derivatives.py [PICTURE.svg]
"""

import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import process_time

import mpmath
import numpy as np
import sympy as sp

from analytics.expressions.notation import r
from analytics.expressions.parameter import exact_number
from nearcritical import convolutional_exponential, network
from nearcritical.drawing.canvas import axes_in, draw_points, one_figure, saved
from numerics.engines.choice import create_engine

STENCIL = {(0,): "3*I/5", (1,): "-3*I/10 - 1/10", (-1,): "-3*I/10 + 1/10"}
CHANGE = {(0,): "I", (1,): "1/2 - I/3", (-1,): "-1/2 - I/3"}
"""What every entry of the stencil is changed by, in proportion; anti-Hermitian as the stencil is."""
DIGITS, SITES = 50, 16
SIZES = [2**power for power in range(10, 19)]
LEAST, TIMES = 0.02, 5
"""Seconds of a core that are timed at least, so many times, of which the shortest counts."""


def demonstrate() -> tuple[mpmath.mpf, mpmath.mpf, dict[int, tuple[float, float]]]:
    """`quotient_error()`, `moved_error()` and `costs()`."""
    return quotient_error(), moved_error(), costs()


def quotient_error() -> mpmath.mpf:
    """The greatest |dU/dA(y) - (U at A(y) + h, less U at A(y) - h)/(2h)| for h = 1e-20, over sites and entries."""
    exact, worst = convolutional_exponential(STENCIL, (SITES,), digits=DIGITS), mpmath.mpf(0)
    for offset, coefficient in STENCIL.items():
        ahead, behind = (
            convolutional_exponential(
                {**STENCIL, offset: f"{coefficient} {h}/10**20"}, (SITES,), digits=DIGITS
            ).taps
            for h in ("+ 1", "- 1")
        )
        with mpmath.workdps(DIGITS):
            quotient = (ahead - behind) * (mpmath.mpf(10) ** 20 / 2)
            worst = max(worst, *map(abs, quotient - exact.derivatives[offset]))
    return worst


def moved_error() -> mpmath.mpf:
    """The greatest |dU/dA(y) - U(x - y)| over sites and entries."""
    exact = convolutional_exponential(STENCIL, (SITES,), digits=DIGITS)
    with mpmath.workdps(DIGITS):
        moved = [slope - np.roll(exact.taps, y) for (y,), slope in exact.derivatives.items()]
        return max(map(abs, np.concatenate(moved)))


def costs() -> dict[int, tuple[float, float]]:
    """Sites of a ring -> seconds of a core for a step of the network, and for a derivative applied to its state."""
    k = sp.Symbol("k", real=True)
    a, d = (
        sum(exact_number(value) * sp.exp(-sp.I * k * x) for (x,), value in taps.items())
        for taps in (STENCIL, CHANGE)
    )
    profile = network("algebraic").activation.rho(r)
    found = {}
    for sites in SIZES:
        engine = create_engine("double", (sites,), 15)
        activation = engine.pointwise(profile, sp.diff(profile, r))
        step = engine.driven(engine.multiplier((k,), sp.exp(a)), activation)
        derivative = engine.multiplier((k,), d * sp.exp(a))
        state = engine.vector(np.random.default_rng(1).normal(size=(2, sites)).T @ np.array([1, 1j]))
        found[sites] = (seconds(partial(step, state, state)), seconds(partial(derivative, state)))
    return found


def seconds(action: Callable[[], object]) -> float:
    """Of a core, for one call."""
    shortest, calls = float("inf"), 1
    for _ in range(TIMES):
        while True:
            begun = process_time()
            for _ in range(calls):
                action()
            taken = process_time() - begun
            if taken >= LEAST:
                break
            calls *= 2
        shortest = min(shortest, taken / calls)
    return shortest


if __name__ == "__main__":
    quotient, moved, timed = found = demonstrate()
    print(f"derivative beside the difference quotient: {mpmath.nstr(quotient, 2)}")
    print(f"derivative beside the moved kernel:        {mpmath.nstr(moved, 2)}")
    print("sites     derivative / step")
    for sites, (step, derivative) in timed.items():
        print(f"{sites:<8}  {derivative / step:.2f}")
    with one_figure() as figure:
        axes = axes_in(figure, "sites of the ring", "seconds of a core", log=True)
        for series, name in enumerate(
            ("a step of the network", "a derivative of its kernel, applied to the state")
        ):
            taken = [pair[series] for pair in timed.values()]
            draw_points(axes, SIZES, taken, series, name)
            axes.plot(SIZES, taken, color=axes.lines[-1].get_color())
        axes.legend(loc="upper left")
        Path(sys.argv[1] if len(sys.argv) > 1 else "kernel_derivatives.svg").write_bytes(saved(figure, "svg"))
