"""Progress, and which laws state an exponent."""

import pytest

from analytics.errors import VerificationError
from nearcritical import derive, exponent, network
from nearcritical.model_file import model_of_names
from nearcritical.records import exponent_record
from nearcritical.verification import scaling_laws, shown_progress, verdict_records
from numerics import verify as verification


def test_progress_is_a_line_per_part_off_a_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    with shown_progress() as progress:
        for done in (0, 0.3, 1):
            progress("verifying one", done, 2)
        progress("verifying two", 1, 2)
        progress("verifying two", 2, 2)
    assert capfd.readouterr() == ("", "verifying one (1 of 2)\nverifying two (2 of 2)\n")


def test_progress_waits_before_it_shows(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    with shown_progress() as progress:
        progress("working", 1, 2)
    assert "working" not in capfd.readouterr().err


def test_exponents_go_by_the_observable_then_by_the_law() -> None:
    laws = scaling_laws(derive(network()))
    assert laws["forced_amplitude"].name == "resonant_amplitude"
    assert laws["detuned_amplitude"].name == "detuned_amplitude"
    assert laws["resonance_bandwidth"].name == "resonance_bandwidth"


def test_no_more_digits_are_shown_of_an_exponent_than_were_asked_of_it() -> None:
    """In time 12 at most, whatever the other exponents are measured to."""
    found = exponent(derive(network())["free_relaxation_asymptotic"], 30)
    shown = exponent_record("free_relaxation", found)["measured"]
    assert found.digits == 12
    assert shown == "-0.500000000000"


def test_a_law_that_cannot_be_verified_costs_no_other_its_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    """At c = pi/2 one wavenumber takes a quarter turn in a step, where no rates meet."""
    model = model_of_names("algebraic", "laplacian", 1, [("c", "pi/2")])
    names = ("exceptional_point", "kernel_frequency")
    impossible, fine = verdict_records(model, names, 10)
    assert not impossible["passed"]
    assert "cannot be verified: measuring exceptional_point" in impossible["reason"]
    assert fine["passed"]

    def pointless(law: object, points: object) -> None:
        raise VerificationError("verifying", "a point must be offered", "none", "Widen the domains.")

    monkeypatch.setattr(verification, "_some", pointless)
    (unoffered,) = verdict_records(model, names[1:], 10)
    assert not unoffered["passed"]
    assert "cannot be verified: verifying: a point must be offered" in unoffered["reason"]
