"""The command `bound`: what it prints, and what it refuses in one line."""

import json

import pytest
from click.testing import CliRunner

from nearcritical.cli.main import main

BOUND = ("bound", "resonant_amplitude", "--up-to", "F=1/10")


def test_a_bound_is_shown_with_its_range() -> None:
    found = CliRunner().invoke(main, BOUND)
    assert found.exit_code == 0
    assert found.stdout.splitlines() == [
        "|R - formula| <= 0.0105 * F**3 for 0 < F <= 1/10 (proved; 0.0104 at F -> 0)",
        "resonant_amplitude against resonant_amplitude_exact",
    ]


def test_a_bound_is_written_as_json() -> None:
    record = json.loads(CliRunner().invoke(main, [*BOUND, "--json"]).stdout)
    assert (record["remainder"], record["up_to"], record["proved"]) == ("F**3", "1/10", True)
    assert record["bounds"] == [{"label": "R", "constant": "0.0105", "least": "0.0104", "reached_at": None}]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["forced_amplitude", "--up-to", "F=1"], "a law with a remainder is needed; got an exact one."),
        (["resonant_amplitude", "--up-to", "F=-1"], "F must be above 0; got -1. Give a positive number."),
        (["resonant_amplitude", "--up-to", "I0=1"], "unknown variable of the remainder; got 'I0'. Known: F."),
        (["resonant_amplitude", "--up-to", "F"], "--up-to takes NAME=VALUE, got 'F'."),
        (["detuned_amplitude", "--up-to", "F=1/10"], "delta (detuning, not zero) must be given"),
        (["two_tone_amplitudes", "--up-to", "F1=1", "--at", "F2=1"], "got none for two_tone_amplitudes."),
    ],
)
def test_what_is_refused(arguments: list[str], message: str) -> None:
    found = CliRunner().invoke(main, ["bound", *arguments])
    assert (found.exit_code, found.stdout, found.stderr.count("\n")) == (2, "", 1)
    assert message in found.stderr
