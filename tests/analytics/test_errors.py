"""Errors: one line each, with everything that the reader needs, and unharmed by a trip between processes."""

from __future__ import annotations

import pickle
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics import errors
from analytics.errors import ConvergenceError, NearCriticalError, unknown_name

KINDS = [
    kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, NearCriticalError) and kind is not ConvergenceError
]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_message_names_operation_requirement_value_and_remedy(kind: type[NearCriticalError]) -> None:
    error = kind("Kernel 'ring'", "generator must be anti-Hermitian", "A(1) = 1", "Multiply by i.")
    assert str(error) == "Kernel 'ring': generator must be anti-Hermitian; got A(1) = 1. Multiply by i."
    assert isinstance(error, NearCriticalError)


def test_every_error_of_the_design_is_there() -> None:
    words = "Activation Kernel Parameter Law Derivation Grammar Model Precision Convergence Verification"
    for word in words.split():
        assert issubclass(getattr(errors, f"{word}Error"), NearCriticalError)


@given(st.lists(st.text(), min_size=4, max_size=4))
def test_message_is_one_line_whatever_it_is_made_of(texts: list[str]) -> None:
    assert len(str(NearCriticalError(*texts)).splitlines()) == 1


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_errors_survive_pickling(kind: type[NearCriticalError]) -> None:
    error = kind("reading", "a number", "x", "Give one.")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - made two lines above
    assert type(again) is kind
    assert str(again) == str(error)
    assert (again.operation, again.requirement, again.received, again.remedy) == (
        "reading", "a number", "x", "Give one.",
    )  # fmt: skip


def test_convergence_error_carries_its_numbers() -> None:
    error = ConvergenceError(
        "steady state", "Allow more steps.", residual="3e-5", tolerance="1e-30", iterations=200
    )
    assert str(error) == (
        "steady state: the residual must fall below 1e-30; got 3e-5 after 200 iterations. Allow more steps."
    )
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - made a few lines above
    assert isinstance(again, ConvergenceError)
    assert str(again) == str(error)
    assert (again.residual, again.tolerance, again.iterations) == ("3e-5", "1e-30", 200)


def test_unknown_name_suggests_the_near_ones() -> None:
    error = unknown_name("deriving", "law", "forced_amplitud", ["forced_amplitude", "forced_phase", "other"])
    assert "'forced_amplitud'" in str(error)
    assert "Did you mean forced_amplitude" in str(error)
    assert "other" not in str(error)


def test_unknown_name_far_from_all_lists_them() -> None:
    assert "Known: tanh, erf." in str(unknown_name("choosing", "activation", "zzzz", ["tanh", "erf"]))
    assert "Known: none." in str(unknown_name("choosing", "activation", "zzzz", []))


def test_of_many_unknown_names_the_nearest_are_shown_and_none_is_cut() -> None:
    known = [f"observable_of_kind_{place}" for place in range(60)]
    line = str(unknown_name("measuring", "observable", "nope", known, see="nearcritical laws"))
    assert "The nearest of 60 are observable_of_kind_" in line
    assert line.endswith(" See 'nearcritical laws'.")
    assert len(re.findall(r"observable_of_kind_\d+\b", line)) == 3
    assert "..." not in line
