"""The convolutional exponential is unitary

> We can define a convolutional exponential, and this operation transforms antisymmetric or anti-Hermitian
> convolution kernels into orthogonal or unitary convolution kernels, whose powers neither explode nor
> decay. (arXiv:2302.07396)

The kernel U = exp(A) of an anti-Hermitian stencil A on a ring is proved to be unitary to fifty digits, by
ball arithmetic; that of a real antisymmetric stencil is real, and so orthogonal. A state is then convolved
with U ten thousand times and keeps its norm. The first terms of the exponential are no substitute: with 1 +
A the norm explodes, and with the matching implicit step, (1 - A)^-1, it decays.

Run as

    python examples/gallery/unitary_kernel.py [PICTURE.svg]
"""

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nearcritical import certify_kernel, convolutional_exponential, network
from nearcritical.drawing.canvas import SERIES, axes_in, one_figure, saved

SITES, POWERS = 64, 10_000
KERNELS = {"anti-Hermitian, laplacian": "laplacian", "antisymmetric, advection": "advection"}


@dataclass(frozen=True)
class Unitary:
    """What is known of an exponential, and of two substitutes.

    deviation: | |u(k)| - 1 | is at most this at every wavenumber, proved. growth: ln(|K^n Z|/|Z|) of each kernel K.
    """

    deviation: float
    is_real: bool
    growth: dict[str, np.ndarray]


def demonstrate() -> dict[str, Unitary]:
    """Stencil -> what its exponential is, and what its powers do to a state."""
    found = {}
    state = np.random.default_rng(1).normal(size=SITES)
    state -= state.mean()  # which every stencil here leaves alone
    for label, name in KERNELS.items():
        kernel = network("algebraic", name).kernel
        taps = convolutional_exponential(kernel, (SITES,)).taps
        stencil = np.zeros(SITES, dtype=complex)
        for (offset,), coefficient in kernel.stencil:
            stencil[offset] = complex(coefficient.subs(dict(kernel.constants)))
        a = np.fft.fft(stencil)
        symbols = {"exp(A)": np.fft.fft(taps), "1 + A": 1 + a, "1/(1 - A)": 1 / (1 - a)}
        growth = {which: powers(symbol, state) for which, symbol in symbols.items()}
        found[label] = Unitary(
            float(certify_kernel(kernel, (SITES,), 50).deviation), not np.iscomplexobj(taps), growth
        )
    return found


def powers(symbol: np.ndarray, state: np.ndarray) -> np.ndarray:
    """ln(|K^n Z|/|Z|) for n = 0, 1, ..."""
    wave, taken, logarithms = np.fft.fft(state), 0.0, []
    for _ in range(POWERS + 1):
        norm = np.linalg.norm(wave)
        logarithms.append(taken + np.log(norm))
        if not 1e-100 < norm < 1e100:  # before it overflows
            wave, taken = wave / norm, logarithms[-1]
        wave = symbol * wave
    return np.array(logarithms) - logarithms[0]


if __name__ == "__main__":
    found = demonstrate()
    for label, kernel in found.items():
        kind = "real, orthogonal" if kernel.is_real else "complex, unitary"
        print(f"{label:26} {kind}: | |u(k)| - 1 | <= {kernel.deviation:.1e}, proved")
        print(f"{'':26} norm after {POWERS} convolutions: 1 {np.expm1(kernel.growth['exp(A)'][-1]):+.1e}")
    with one_figure() as figure:
        axes = axes_in(figure, "number of convolutions", "norm of the state")
        steps = np.unique(np.geomspace(1, POWERS, 200).astype(int))
        for series, (which, growth) in enumerate(found["anti-Hermitian, laplacian"].growth.items()):
            shown = steps[np.abs(growth[steps]) < np.log(1e3)]
            axes.plot(shown, np.exp(growth[shown]), color=SERIES[series], label=which)
        axes.set(xscale="log", yscale="log", ylim=(1e-3, 1e3), xlim=(1, POWERS))
        axes.legend(loc="upper right")
        Path(sys.argv[1] if len(sys.argv) > 1 else "unitary_kernel.svg").write_bytes(saved(figure, "svg"))
