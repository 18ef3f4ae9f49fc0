"""Progress, and which laws state an exponent."""

import pytest

from nearcritical import derive, exponent, network
from nearcritical.records import exponent_record
from nearcritical.verification import scaling_laws, shown_progress


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
