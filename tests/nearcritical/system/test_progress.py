"""Progress: when it is shown, and where."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from click.testing import CliRunner

from nearcritical.cli.main import main
from nearcritical.system.progress import Progress, shown_progress


def test_progress_is_a_line_per_part_off_a_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    with shown_progress() as progress:
        for done in (0, 0.3, 1):
            progress("verifying one", done, 2)
        progress("verifying two", 1, 2)
        progress("verifying two", 2, 2)
    assert capfd.readouterr() == ("", "verifying one (1 of 2)\nverifying two (2 of 2)\n")


def test_a_long_part_tells_how_far_it_is_off_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    clock = [0.0]
    monkeypatch.setattr("nearcritical.system.progress.monotonic", lambda: clock[0])
    with shown_progress() as progress:
        for second in range(41):
            clock[0] = float(second)
            progress("verifying one", 2 + second / 40, 3)
    lines = [f"verifying one (3 of 3){share}" for share in ("", ", 25 %", ", 50 %", ", 75 %")]
    assert capfd.readouterr().err.splitlines() == lines


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


@pytest.mark.parametrize(
    ("command", "last"),
    [
        ("derive kernel_frequency", "writing steps"),
        ("export kernel_frequency --format c", "writing laws"),
        ("evaluate kernel_frequency --at k=1", "evaluating kernel_frequency"),
    ],
)
def test_deriving_is_told_on_a_terminal(command: str, last: str, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []

    @contextmanager
    def recorded(*, lines: bool) -> Iterator[Progress]:
        assert not lines  # nothing off a terminal
        yield lambda description, done, total: told.append(f"{description} ({done} of {total})")

    monkeypatch.setattr("nearcritical.commands.shown_progress", recorded)
    assert CliRunner().invoke(main, command.split()).exit_code == 0
    assert told == ["deriving kernel_frequency (0 of 1)", f"{last} (0 of 1)"]
