"""Compiled and exported laws against a judge that shares no code with them."""

from __future__ import annotations

import shutil

import pytest

from nearcritical import Theory, derive, export, load
from nearcritical.report.programs import c_functions, python_values

GROWTH = {(0.5, 0.0, 0.3): 0.612536054729, (0.5, 0.1, 0.3): 0.616473902554}
"""(F, delta, k) -> the largest |eigenvalue of M(q)| over 20001 wavenumbers q."""


TURNING = """
[activation]
name = "algebraic"
[kernel]
name = "turning"
[kernel.stencil]
"0" = "2*I*c + I*w0"
"1" = "-I*c"
"-1" = "-I*c"
[constants]
c = "3/10"
w0 = "1/2"
"""


@pytest.fixture(scope="module")
def with_own_frequency(tmp_path_factory: pytest.TempPathFactory) -> Theory:
    """A kernel that turns uniform states: the laws on either background need a smallest sine of their own."""
    path = tmp_path_factory.mktemp("model") / "turning.toml"
    path.write_text(TURNING)
    return derive(load(path))


@pytest.mark.parametrize("point", GROWTH)
def test_a_law_calls_the_version_for_its_own_parameters(
    point: tuple[float, ...], with_own_frequency: Theory
) -> None:
    law = with_own_frequency["largest_growth"]
    (found,) = python_values(export(law, "python"), [("largest_growth_for_F", point)], strict=True) or [[]]
    assert found == [pytest.approx(GROWTH[point], rel=1e-11)]
    if shutil.which("cc"):
        with c_functions(export(law, "c"), [law], strict=True) as functions:
            assert functions["largest_growth_for_F"](*point) == [pytest.approx(GROWTH[point], rel=1e-11)]
