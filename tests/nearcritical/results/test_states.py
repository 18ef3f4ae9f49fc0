"""Several steady states on the command line and in records."""

import json
from pathlib import Path

from click.testing import CliRunner

from analytics.export.record import law_from_record, law_record
from derivations.theory import derive
from nearcritical.cli.main import main
from nearcritical.model.building import load

ROOT = Path(__file__).parents[3]
MODEL = str(ROOT / "examples" / "hysteresis.toml")


def evaluated(*arguments: str) -> str:
    found = CliRunner().invoke(main, ["evaluate", *arguments, "--model", MODEL])
    assert found.exit_code == 0, found.output
    return found.output


def test_values_on_each_state_stand_below_it() -> None:
    lines = evaluated("decay_rate", "--at", "I0=1/5", "--at", "q=0", "--digits", "10").splitlines()
    assert [line.split(" =")[0].strip() for line in lines] == [
        *("on R_1", "sigma_1", "sigma_2", "on R_2", "sigma_1", "sigma_2", "on R_3", "sigma_1", "sigma_2")
    ]
    assert [line.split(", ")[1] for line in lines if line.startswith("on")] == [
        "stable:",
        "unstable:",
        "stable:",
    ]


def test_one_state_is_printed_as_ever() -> None:
    assert evaluated("forced_amplitude", "--at", "F=1", "--digits", "10") == "R = 4.882424473\n"


def test_json_names_the_state_of_each_value() -> None:
    record = json.loads(evaluated("tangential_gain", "--at", "I0=1/5", "--digits", "10", "--json"))
    assert [(state["label"], state["stable"]) for state in record["states"]] == [
        ("R_1", True),
        ("R_2", False),
        ("R_3", True),
    ]
    assert [value["state"] for value in record["values"]] == ["R_1", "R_2", "R_3"]
    assert len({value["label"] for value in record["values"]}) == 3


def test_the_growth_of_perturbations_is_written_and_read_back() -> None:
    network = load(MODEL)
    law = derive(network)["background_amplitude"]
    read = law_from_record(json.loads(json.dumps(law_record(law))), network)
    assert law.growth is not None and read.growth is not None
    assert read.growth.equation == law.growth.equation
    assert [state.is_stable for state in read.states({"I0": "1/5"}, digits=10)] == [True, False, True]
