"""The largest growth against the eigenvalues of Bloch matrices on a fine grid of wavenumbers, by NumPy."""

from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import brentq

from derivations.theory import derive
from nearcritical import load, network

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
BISTABLE = load(EXAMPLES / "hysteresis.toml")


def largest_by_search(F: float, detuning: float, carrier: float) -> float:
    """max |eigenvalue| of the bistable network's M(q) on 4001 wavenumbers, from its taps omega = 2c (1 - cos k)."""

    def rho(x: np.ndarray | float) -> np.ndarray | float:
        return x * np.sqrt((1 + 2 * x**4) / (1 + 6 * x**2 + x**4 + x**6 / 20))

    def excess(drive: np.ndarray | float) -> np.ndarray | float:
        distance = 4 * drive * rho(drive) * np.sin(detuning / 2) ** 2
        return (drive - rho(drive)) ** 2 + distance - F**2

    drives = np.linspace(1e-3, 2, 2001)
    place = int(np.argmax(excess(drives) > 0))  # the lowest state
    P = brentq(excess, drives[place - 1], drives[place], xtol=1e-14)
    along, across = (rho(P + 1e-6) - rho(P - 1e-6)) / 2e-6, rho(P) / P
    a, b, c = (along + across) / 2, (along - across) / 2, 0.3
    q = np.linspace(-np.pi, np.pi, 4001)

    def frame(k: np.ndarray) -> np.ndarray:
        return 2 * c * (1 - np.cos(carrier + k)) - 2 * c * (1 - np.cos(carrier)) - detuning

    u, back = np.exp(1j * frame(q)), np.exp(-1j * frame(-q))
    matrices = np.moveaxis(np.array([[a * u, b * back], [b * u, a * back]]), 2, 0)
    return float(np.abs(np.linalg.eigvals(matrices)).max())


@pytest.mark.parametrize(
    ("F", "detuning", "carrier"),
    [
        ("1/5", "0", "1/2"),
        ("1/5", "1/20", "1/2"),
        ("1/5", "-1/20", "1/2"),
        ("2/5", "-3/2", "1/3"),
        ("1/5", "-1/4", "3"),
    ],
)
def test_is_the_largest_over_all_wavenumbers(F: str, detuning: str, carrier: str) -> None:
    law = derive(BISTABLE)["largest_growth"]
    predicted = float(law.evaluate({"F": F, "delta": detuning, "k": carrier}, digits=15))
    values = [float(network_number(text)) for text in (F, detuning, carrier)]
    assert predicted == pytest.approx(largest_by_search(*values), abs=2e-6)


def network_number(text: str) -> float:
    above, _, below = text.partition("/")
    return float(above) / float(below or 1)


def test_one_state_is_always_stable_where_the_activation_contracts() -> None:
    law = derive(network())["largest_growth"]
    assert all(law.evaluate({"I0": I0}, digits=15) < 1 for I0 in ("1e-9", "1/3", "10"))


def test_of_more_harmonics_the_law_is_that_of_resonance() -> None:
    law = derive(load(EXAMPLES / "mixed.toml"))["largest_growth"]
    assert law.signature == "I0 or F"
