"""Which laws state an exponent, and verdicts of many laws."""

import json
import re
from fractions import Fraction
from pathlib import Path

import pytest

from analytics.errors import UnknownNameError, VerificationError
from nearcritical import derive, exponent, network
from nearcritical.model.model_file import model_of_names, read_model
from nearcritical.results.exponents import exponent_record
from nearcritical.results.text import comparison_table
from nearcritical.results.verification import (
    compared_exponents,
    scaling_laws,
    verdict_records,
)
from nearcritical.results.written import json_text
from numerics.verification import exponents

EXAMPLES = Path(__file__).parents[3] / "examples"


def test_exponents_go_by_the_observable_then_by_the_law() -> None:
    laws = scaling_laws(derive(network()))
    assert laws["forced_amplitude"].name == "resonant_amplitude"
    assert laws["detuned_amplitude"].name == "detuned_amplitude"
    assert laws["resonance_bandwidth"].name == "resonance_bandwidth"


def test_no_more_digits_are_shown_of_an_exponent_than_its_bound_vouches_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(exponents, "MOST_TIMES", 12)
    found = exponent(derive(network())["free_relaxation_asymptotic"], 30)
    record = exponent_record("free_relaxation", found)
    assert found.digits_reached == record["digits_reached"] < 30
    assert record["measured"] == "-0.5".ljust(found.digits_reached + 3, "0")
    assert record["shortfall"].startswith(f"{found.digits_reached} of 30 digits: 12 inputs are the most")


def test_the_elimination_is_told_as_columns() -> None:
    found = exponent(derive(network())["resonant_amplitude"], 12)
    record = json.loads(json_text(exponent_record("forced_amplitude", found)))
    rows = len(found.table)
    assert len(record["inputs"]) == len(record["table"]) + 1 == len(record["local_exponents"]) + 1 == rows + 1
    assert {len(column) for column in record["plot"].values()} == {rows}
    assert record["plot"]["input"][0] == 1 / 512
    # each input divides the corrections F^(2/3) of the local exponent by 4; elimination does far better
    local, eliminated = record["plot"]["log10_local_miss"], record["plot"]["log10_eliminated_miss"]
    assert local[-2] - local[-1] == pytest.approx(0.602, abs=0.01)
    assert eliminated[-1] < -12 < local[-1]
    assert record["plot"]["eliminated"][-1] == pytest.approx(1 / 3, abs=1e-12)
    assert (record["law"], record["against"], record["setting"]) == ("resonant_amplitude", None, {})


def test_two_networks_side_by_side() -> None:
    """p = 4 against p = 2: 1/5 - 1/3; the mixed kernel has no length at a band edge, and the reason is told."""
    models = [model_of_names("quartic", "laplacian", 1, []), read_model(EXAMPLES / "mixed.toml")]
    found = compared_exponents(models, ("evanescent_length", "forced_amplitude"), 10)
    assert found["networks"] == ["quartic/laplacian", "mixed"]
    amplitude, edge = found["observables"]
    assert (amplitude["observable"], edge["observable"]) == ("forced_amplitude", "evanescent_length")
    assert amplitude["difference"]["predicted"] == "-2/15"
    assert abs(Fraction(amplitude["difference"]["measured"]) - Fraction(-2, 15)) < Fraction(1, 10**9)
    assert [record["predicted"] for record in amplitude["exponents"]] == ["1/5", "1/3"]
    assert edge["exponents"][0]["predicted"] == "-2/5" and edge["exponents"][1] is None
    assert (amplitude["requires"], edge["difference"]) == (None, None)
    header, _, first, second, last = comparison_table(found).splitlines()
    columns = re.split(r"  +", header)
    assert columns[2:4] == ["quartic/laplacian", "quartic/laplacian, measured"]
    assert len(set(columns)) == len(columns) == 8
    assert " ± " in first and "+-" not in first
    assert first.split()[:3] == ["forced_amplitude", "F", "1/5"]
    assert second.split()[-4:] == ["-"] * 4
    assert last.startswith("evanescent_length of mixed: requires a kernel of finite stencil")
    with pytest.raises(UnknownNameError, match=r"got 'evanescent_lenght'\. Did you mean evanescent_length\?"):
        compared_exponents(models, ("evanescent_lenght",), 10)


def test_networks_of_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    paths = [tmp_path / place / "ring.toml" for place in ("weak", "strong")]
    for path, c in zip(paths, ("1/10", "1/5"), strict=True):
        path.parent.mkdir()
        path.write_text(f'[constants]\nc = "{c}"\n')
    found = compared_exponents([read_model(path) for path in paths], ("detuned_amplitude",), 10)
    assert found["networks"] == [str(path) for path in paths]


def test_branches_are_numbered_from_1_as_their_labels() -> None:
    (record,) = verdict_records(model_of_names("algebraic", "laplacian", 1, []), ("bloch_matrix",), 10)
    numbers = [(point["branch"], point["label"]) for point in record["points"][:4]]
    assert numbers == [(1, "M11"), (2, "M12"), (3, "M21"), (4, "M22")]


@pytest.mark.parametrize(
    "names",
    [("free_relaxation", "kernel_frequency", "activation_inverse"), ("radial_gain", "tangential_gain")],
)
def test_processes_find_the_same_in_the_order_asked_for(names: tuple[str, ...]) -> None:
    """Chapters are shared out, or the laws of one chapter."""
    model = model_of_names("algebraic", "laplacian", 1, [])
    assert verdict_records(model, names, 10, 2) == verdict_records(model, names, 10, 1)


def test_a_law_that_cannot_be_verified_costs_no_other_its_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    """At c = pi/2 one wavenumber takes a quarter turn in a step, where no rates meet: there is nothing to compare."""
    model = model_of_names("algebraic", "laplacian", 1, [("c", "pi/2")])
    names = ("exceptional_point", "kernel_frequency")
    lacking, fine = verdict_records(model, names, 10)
    assert lacking["passed"]
    assert "at 1 point neither law nor experiment has a value" in lacking["reason"]
    assert fine["passed"]

    def pointless(law: object, points: object) -> None:
        raise VerificationError("verifying", "a point must be offered", "none", "Widen the domains.")

    monkeypatch.setattr("numerics.verification.points._some", pointless)
    (unoffered,) = verdict_records(model, names[1:], 10)
    assert not unoffered["passed"]
    assert "cannot be verified: verifying: a point must be offered" in unoffered["reason"]
