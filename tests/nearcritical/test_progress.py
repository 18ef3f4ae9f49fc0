"""Progress: when it is shown, and where."""

import pytest

from nearcritical.progress import shown_progress


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


def test_a_short_command_says_nothing_off_a_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    with shown_progress(lines=False) as progress:
        progress("deriving one", 0, 2)
    assert capfd.readouterr() == ("", "")
