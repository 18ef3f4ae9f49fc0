"""The command line: what it prints, and the one line it says when it refuses."""

import json
import os
import re
import signal
import subprocess
import sys
from fractions import Fraction
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from analytics.errors import ModelError
from nearcritical import NearCriticalError
from nearcritical.cli.main import main

EXAMPLE = str(Path(__file__).parent.parent.parent / "examples" / "model.toml")
COMMANDS = [
    "laws",
    "derive",
    "export",
    "evaluate",
    "bound",
    "verify",
    "exponents",
    "check",
    "plot",
    "sweep",
    "landscape",
    "report",
]

REFERENCES = [
    ("resonant_amplitude_exact", ["F=1/100"], [], "0.2665031517714650040582918342302619184131"),
    ("forced_amplitude", ["F=0.01", "delta=0.1"], [], "0.09966810290753752314379976259690923772409"),
    ("forced_amplitude", ["F=1e-2"], ["--activation", "tanh"], "0.3047732572086081538987775591728538967236"),
    ("background_amplitude", ["I0=1/1000"], [], "0.1254934278132807934343362816492997314147"),
]
"""Law, point, network and value to 40 digits, from direct iteration of the model's definition (theory, section 8)."""


PROGRESS = re.compile(
    r"(deriving|writing|verifying|verified|exponent of|comparing|drawing|preparing|sweeping|checking the) \w+ \(\d+ of \d+\)"
)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), prog_name="nearcritical")


def told(*arguments: str) -> str:
    """What a command that succeeds writes on standard output; on standard error there is progress alone."""
    result = run(*arguments)
    assert result.exit_code == 0
    assert all(PROGRESS.fullmatch(line) for line in result.stderr.splitlines())
    return result.stdout


def refusal(*arguments: str) -> str:
    """The one line of a command that is refused."""
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.endswith("\n")
    assert result.stderr.count("\n") == 1
    return result.stderr.rstrip()


def test_help_lists_the_commands_in_the_order_of_the_work() -> None:
    lines = told("--help").split("Commands:")[1].splitlines()
    assert [line.split()[0] for line in lines if line.strip()] == COMMANDS
    assert "..." not in "".join(lines)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_takes_a_model(command: str) -> None:
    text = told(command, "--help")
    assert all(option in text for option in ("--model", "--activation", "--kernel", "--dimension", "--set"))


@pytest.fixture(scope="module")
def listed() -> str:
    """What `laws` prints of the default network."""
    return told("laws")


def test_laws_are_listed(listed: str) -> None:
    text = listed
    records = json.loads(told("laws", "--json"))
    assert {"forced_amplitude", "resonant_amplitude", "background_amplitude"} <= {r["name"] for r in records}
    for record in records:
        assert f"\n{record['name']} " in text
        assert record["exact"] == (record["remainder"] is None)
    (other,) = next(r for r in records if r["name"] == "radial_gain")["alternatives"]
    assert [parameter["name"] for parameter in other["parameters"]] == ["F", "delta", "k"]
    assert [known["name"] for known in other["where"]] == ["forced_amplitude"]
    assert "F, delta = 0" in text
    assert max(map(len, text.splitlines())) < 160


def test_laws_are_a_line_each(listed: str) -> None:
    lines = listed.split("\n\n")[0].splitlines()
    assert lines[0].split() == ["law", "observable", "parameters", "kind"]
    assert len(lines) == 2 + len(json.loads(told("laws", "--json")))


def test_a_law_that_is_asked_for_says_all_that_it_rests_on() -> None:
    """Names of the theory, the laws of further unknowns, and what is different on an oscillation."""
    text = told("laws", "decay_rate", "propagation_length")
    head, block, facts = text.split("\n\n")[:3]
    assert (
        head
        == "decay_rate of algebraic/laplacian: decay rates of a perturbation of wavenumber q, slower first."
    )
    assert "    q: wavenumber of the perturbation, in rad/site; the real numbers" in facts.splitlines()
    assert "Observable decay_rate, exact, parameters I0, q or F, delta = 0, k = 0, q." in facts
    assert "Valid for " in facts and "Source: " in facts
    assert [line.strip() for line in block.splitlines()] == [
        "sigma_1,2 = -log(g_r*g_t)/2  if a**2*sin(omega_+)**2 >= b**2",
        "sigma_+- = -log(a*Abs(cos(omega_+)) +- sqrt(b**2 - a**2*sin(omega_+)**2))  otherwise",
        "with a = (g_r + g_t)/2",
        "with b = (g_r - g_t)/2",
        "with g_r = (1 - R**2)**(3/2)",
        "with g_t = sqrt(1 - R**2)",
        "with omega_+ = 2*c*(1 - cos(q))",
        "with R from background_amplitude: R/sqrt(1 - R**2) - R = I0",
        "for F, delta, k, q, the rest as above:",
        "with omega_+ = 2*c*(1 - cos(q))*cos(k) - delta",
        "with R from forced_amplitude: F**2 = 4*R**2*sin(delta/2)**2/sqrt(1 - R**2) + (R/sqrt(1 - R**2) - R)**2",
    ]
    assert "with q0 from undamped_wave: 2*c*(1 - cos(q0)) = Omega" in text


DRIFTING = """
[kernel]
stencil = { "0" = "I/2", "1" = "-I/4 - 1/9", "-1" = "-I/4 + 1/9" }
"""


def test_a_law_that_does_not_exist_says_what_it_requires(tmp_path: Path, listed: str) -> None:
    from nearcritical import derive, load
    from nearcritical.results import text

    model = tmp_path / "drifting.toml"
    model.write_text(DRIFTING)
    said = " ".join(text.absent_text(derive(load(model))).split())
    need = "a kernel of finite stencil (all roots of a trigonometric polynomial are found)"
    assert said.startswith(
        f"Laws that algebraic/own does not have: complex_wavenumber requires {need} that along"
    )
    assert "propagation_length requires" in said
    line = refusal("evaluate", "complex_wavenumber", "--model", str(model), "--at", "I0=1")
    assert line.startswith(
        f"nearcritical: deriving a law of algebraic/own: complex_wavenumber requires {need}"
    )
    assert line.endswith("Choose another law or network.")
    assert " propagation_length requires" not in listed


def test_values_have_labels() -> None:
    """The rows of a matrix by place, further branches by number; complex numbers as one writes them."""
    at = ("--at", "I0=1/100", "--at", "q=1", "--digits", "5")
    assert told("evaluate", "bloch_matrix", *at).splitlines()[:2] == [
        "M11 = 0.89447 + 0.25316 i",
        "M12 = -0.032934 + 0.0093214 i",
    ]
    assert told("evaluate", "decay_rate", *at).splitlines() == ["sigma_1 = 0.073672", "sigma_2 = 0.073672"]
    record = json.loads(told("evaluate", "bloch_matrix", *at, "--json"))
    assert [value["label"] for value in record["values"]] == ["M11", "M12", "M21", "M22"]


def test_a_law_without_a_function_is_said_to_have_none() -> None:
    assert "a law with a fixed number of values is needed; got complex_wavenumber" in refusal(
        "export", "complex_wavenumber", "--format", "python"
    )
    result = run("export", "complex_wavenumber", "group_velocity", "--format", "c")
    assert result.exit_code == 0
    assert result.stderr.startswith("nearcritical: complex_wavenumber is left out: it has as many values as")
    assert result.stderr.count("\n") == 1


def test_an_own_activation_is_stated_in_what_is_exported() -> None:
    for form in ("python", "numpy", "c", "javascript", "latex"):
        text = told("export", "forced_amplitude", "--format", form, "--activation", "r/sqrt(1 + r**2)")
        assert "Activation 'own': rho(r) = r/sqrt(1 + r**2)" in text
        assert "Activation" not in told("export", "forced_amplitude", "--format", form)


@pytest.mark.parametrize(("law", "point", "network", "value"), REFERENCES)
def test_evaluate_gives_the_reference_digits(
    law: str, point: list[str], network: list[str], value: str
) -> None:
    at = [text for pair in point for text in ("--at", pair)]
    record = json.loads(told("evaluate", law, *at, *network, "--digits", "40", "--json"))
    assert record["values"] == [{"label": record["subject"], "re": value, "im": "0"}]
    assert (record["law"], record["digits"]) == (law, 40)
    assert told("evaluate", law, *at, *network, "--digits", "40") == f"{record['subject']} = {value}\n"


@pytest.mark.parametrize(("law", "at", "network", "value"), REFERENCES)
def test_an_enclosure_is_shown_with_its_radius(
    law: str, at: list[str], network: list[str], value: str
) -> None:
    (line,) = told(
        "evaluate",
        law,
        *(part for given in at for part in ("--at", given)),
        *network,
        "--digits",
        "20",
        "--enclosure",
    ).splitlines()
    match = re.fullmatch(r"R = (\d\.\d+) ± (\S+) \(proved\)", line)
    assert match
    middle, radius = map(Fraction, match.groups())
    assert abs(middle - Fraction(value)) <= radius + Fraction(1, 10**39)
    assert radius < Fraction(1, 10**19)


@pytest.mark.parametrize("digits", [1, 15, 200])
def test_evaluate_shows_as_many_digits_as_asked(digits: int) -> None:
    record = json.loads(
        told("evaluate", "forced_amplitude", "--at", "F=1e-40", "--digits", str(digits), "--json")
    )
    figures = record["values"][0]["re"].partition("e")[0].replace(".", "").lstrip("0")
    assert len(figures) == digits


def test_a_model_file_and_options_say_the_same() -> None:
    at = ("evaluate", "kernel_frequency", "--at", "k=1/10")
    assert told(*at, "--model", EXAMPLE) == told(*at, "--set", "c=0.3", "--kernel", "laplacian") == told(*at)
    assert told(*at, "--set", "c=1/5") != told(*at)
    assert "omega" in told("evaluate", "kernel_frequency", "--at", "k1=1", "--at", "k2=2", "--dimension", "2")


def test_derive_tells_the_steps() -> None:
    text = told("derive", "resonant_amplitude")
    assert "resonant_amplitude" in text
    assert "agree at" in text
    assert "  1. " in text
    assert "forced_phase" not in text


def test_derive_writes_two_files_per_law(tmp_path: Path) -> None:
    for place in ("one", "two"):
        told("derive", "forced_amplitude", "kernel_frequency", "--out", str(tmp_path / place))
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert names == [
        "forced_amplitude.json",
        "forced_amplitude.tex",
        "kernel_frequency.json",
        "kernel_frequency.tex",
    ]
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


@pytest.mark.parametrize("form", ["latex", "json", "python", "numpy", "c", "javascript"])
def test_export_to_a_file_is_what_is_printed(form: str, tmp_path: Path) -> None:
    printed = told("export", "resonant_amplitude", "--format", form)
    assert told("export", "resonant_amplitude", "--format", form, "--out", str(tmp_path / "laws")) == ""
    assert (tmp_path / "laws").read_text().rstrip("\n") == printed.rstrip("\n")


def test_verify_passes_and_writes_its_verdicts(tmp_path: Path) -> None:
    file = tmp_path / "verdicts.json"
    text = told("verify", "activation_inverse", "kernel_frequency", "--digits", "20", "--json", str(file))
    assert text.count("passed") == 2
    verdicts = json.loads(file.read_text())
    assert [verdict["law"] for verdict in verdicts] == ["activation_inverse", "kernel_frequency"]
    for verdict in verdicts:
        assert verdict["passed"] is True
        assert verdict["digits_agreed"] >= 20
        assert verdict["remainder_order"] is verdict["observed_order"] is None
        assert verdict["points"]


def test_verify_in_processes_says_the_same_in_the_same_order() -> None:
    laws = (
        "verify",
        "kernel_frequency",
        "activation_taylor",
        "activation_inverse",
        "--digits",
        "15",
        "--json",
        "-",
    )
    verdicts = json.loads(told(*laws))
    assert json.loads(told(*laws, "--jobs", "2")) == verdicts
    assert Fraction(verdicts[1]["remainder_order"]) == 7
    assert float(verdicts[1]["observed_order"]) == pytest.approx(7, abs=0.01)


def test_exponents_are_the_same_in_several_processes() -> None:
    asked = ["exponents", "forced_amplitude", "detuned_amplitude", "--digits", "8", "--json", "-"]
    assert json.loads(told(*asked, "--jobs", "2")) == json.loads(told(*asked))


def test_a_law_that_fails_gives_exit_code_1(monkeypatch: pytest.MonkeyPatch) -> None:
    from nearcritical.results import verification

    def wrong(*_: object) -> list[dict[str, Any]]:
        return [
            {
                "law": "forced_amplitude",
                "observable": "forced_amplitude",
                "kind": "estimated",
                "passed": False,
                "digits_agreed": 6,
                "remainder_order": None,
                "observed_order": None,
                "reason": "6 digits agree of 50",
                "points": [],
            }
        ]

    monkeypatch.setattr(verification, "verdict_records", wrong)
    result = run("verify")
    assert result.exit_code == 1
    assert "FAILED" in result.stdout
    assert "forced_amplitude: 6 digits agree of 50" in result.stdout


def test_exponents_are_the_exact_rationals() -> None:
    (record,) = json.loads(told("exponents", "forced_amplitude", "--digits", "12", "--json", "-"))
    assert record["predicted"] == "1/3"
    assert (record["observable"], record["parameter"], record["passed"]) == ("forced_amplitude", "F", True)
    assert abs(Fraction(record["measured"]) - Fraction(1, 3)) < Fraction(1, 10**12)


def test_exponents_that_fall_short_are_told_and_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """They agree as far as they go, but the digits were asked for: exit code 1, and the reason below the table."""
    monkeypatch.setattr("numerics.verification.exponents.MOST", 6)
    result = run("exponents", "forced_amplitude", "--digits", "40")
    assert result.exit_code == 1
    row, reason = result.stdout.splitlines()[-2:]
    assert re.search(r"passed with 1\d of 40 digits$", row)
    assert re.fullmatch(
        r"forced_amplitude: 1\d of 40 digits: 6 inputs are the most that are tried, up to F = 1/\d+", reason
    )


def test_digits_that_nobody_asked_for_may_fall_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("numerics.verification.exponents.MOST", 6)
    result = run("exponents", "forced_amplitude")
    assert (result.exit_code, "of 30 digits: 6 inputs are the most" in result.stdout + result.stderr) == (
        0,
        True,
    )


def test_an_exponent_of_an_exact_law() -> None:
    (record,) = json.loads(
        told("exponents", "--against", "forced_amplitude", "--digits", "10", "--json", "-")
    )
    assert (record["observable"], record["against"]) == ("forced_amplitude", "forced_amplitude")
    assert record["passed"] and "values of forced_amplitude" in record["bound_by"]


def test_two_networks_are_compared() -> None:
    paths = [str(Path(EXAMPLE).parent / name) for name in ("mixed.toml", "frequency.toml")]
    command = ["exponents", "detuned_amplitude", "--digits", "10", "--compare", *paths]
    _, _, row = told(*command).splitlines()
    assert row.split()[:3] == ["detuned_amplitude", "F", "1"]
    assert re.search(r"  0           0 ± \d", row)
    assert json.loads(told(*command, "--json", "-"))["networks"] == ["mixed", "frequency"]


RESONANT = ["check", "R = (2*F)**(1/3)", "--observable", "forced_amplitude", "--at", "delta=0"]


def test_a_formula_is_checked() -> None:
    assert told(*RESONANT, "--remainder", "F").splitlines() == [
        "asymptotic: true for F -> 0, seen to 33 digits at F = (17/71)**80, with the stated order F, for 4 values of c",
        "measured - formula   at",
        "-------------------  ----------------------------------",
        "-0.500000000000 * F  delta = 0, k = pi/4",
        "-0.500000000000 * F  delta = 0, k = 2*pi/7",
        "-0.500000000000 * F  c = 183/590, delta = 0, k = 2*pi/7",
        "-0.500000000000 * F  c = 183/670, delta = 0, k = pi/4",
        "-0.500000000000 * F  c = 213/670, delta = 0, k = 2*pi/7",
        "c was varied: 3/10, 183/590, 183/670, 213/670",
    ]
    record = json.loads(told(*RESONANT, "--json"))
    assert (record["kind"], record["errors"][0]["text"]) == ("asymptotic", "-0.500000000000 * F")
    exact = ["check", "psi(R) - R = F", "--observable", "forced_amplitude", "--at", "delta=0"]
    assert told(*exact, "--activation", "tanh", "--digits", "30").splitlines() == [
        "exact: agrees to 34 digits at 13 points, for 4 values of c",
        "c was varied: 3/10, 183/590, 183/670, 213/670",
    ]


@pytest.mark.parametrize("side", ["20*c**2*(1 - cos(k))/3", "3*(1 - cos(k))/5"])
def test_a_formula_that_is_true_at_one_value_of_a_constant_is_wrong(side: str) -> None:
    command = ["check", f"omega = {side}", "--observable", "kernel_frequency", "--digits", "20"]
    varied = run(*command)
    assert varied.exit_code == 1
    assert varied.stdout.startswith("wrong: misses at c = 183/590, k = ")
    assert told(*command, "--at", "c=3/10") == "exact: agrees to 24 digits at 9 points\n"


def test_of_a_complex_error_the_modulus_is_shown() -> None:
    """lambda = e^(i omega)(1 - (2 I0)^(2/3)) there: measured - formula is not 1.587 I0^(2/3)."""
    command = ["check", "lambda = exp(2*I*c*(1 - cos(q)))", "--observable", "eigenvalues", "--branch", "1"]
    rows = told(*command, "--at", "q=pi/3").splitlines()
    assert "modulus 1.58740105197 * I0**(2/3)  q = pi/3" in rows


def test_a_wrong_formula_has_the_exit_code_1() -> None:
    claimed = run(*RESONANT, "--remainder", "F**(5/3)")
    assert claimed.exit_code == 1
    assert claimed.stdout.startswith(
        "asymptotic: true for F -> 0, seen to 33 digits at F = (17/71)**80, but without the stated order F**(5/3)"
    )
    wrong = run("check", "R = (3*F)**(1/3)", *RESONANT[2:])
    assert wrong.exit_code == 1
    assert wrong.stdout == (
        "wrong: misses at delta = 0, k = pi/4, F = (17/71)**80, where R = 3.51096e-17 is measured, and the "
        "formula gives 4.01904e-17, an error that does not vanish for F -> 0\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["verif"], "nearcritical: No such command 'verif'. Did you mean 'verify'?"),
        (["verify", "--digit", "3"], "nearcritical verify: No such option '--digit'. Did you mean '--digits'?"),
        (["verify", "--digits", "0"], "nearcritical verify: Invalid value for '--digits': 0 is not in the range x>=1."),
        (["evaluate", "forced_amplitude", "--at", "F=1", "--digits", "-3"], "-3 is not in the range x>=1."),
        (["evaluate", "forced_amplitude", "--at", "F=1", "--digits", "many"], "'many' is not a valid integer"),
        (["verify", "--jobs", "0"], "Invalid value for '--jobs': 0 is not in the range x>=1."),
        (["evaluate"], "nearcritical evaluate: Missing argument 'LAW'."),
        (["export", "--format", "latx"], "'latx' is not one of 'latex', 'json', 'python', 'numpy', 'c', 'javascript'."),
        (["evaluate", "forced_amplitud", "--at", "F=1"], "unknown law; got 'forced_amplitud'. Did you mean forced_amplitude"),
        (["derive", "dispersoin"], "unknown law; got 'dispersoin'."),
        (["derive", "dispersoin", "--out", "never"], "unknown law; got 'dispersoin'."),
        (["export", "resonant", "--format", "c"], "unknown law; got 'resonant'. Did you mean resonant_amplitude"),
        (["verify", "forced_phas"], "unknown law; got 'forced_phas'. Did you mean forced_phase"),
        (["exponents", "--compare", "a.toml"], "Option '--compare' requires 2 arguments."),
        (["exponents", "--compare", "a.toml", "b.toml"], "a.toml: a readable file is needed; got No such file"),
        (["exponents", "--compare", "a.toml", "b.toml", "--kernel", "advection"], "excludes --kernel"),
        (["exponents", "--against", "forced_amplitud"], "unknown law; got 'forced_amplitud'."),
        (["check", "R = F"], "Missing option '--observable'."),
        (["check", "R = F", "--observable", "forced_amplitude", "--limit", "F"], "--limit takes NAME=VALUE, got 'F'."),
        (["check", "R = F", "--observable", "forced_amplitude", "--branch", "0"], "0 is not in the range x>=1."),
        (["check", "R = F.real", "--observable", "forced_amplitude"], "the character '.' is not in the grammar"),
        (["exponents", "forced_amplitud"], "got 'forced_amplitud'. Did you mean forced_amplitude"),
        (["evaluate", "forced_amplitude"], "F (amplitude of the forcing) must be given; got no value. Add F=VALUE."),
        (["evaluate", "forced_amplitude", "--at", "f=1"], "unknown parameter; got 'f'."),
        (["evaluate", "forced_amplitude", "--at", "F=1", "--at", "dleta=0"], "got 'dleta'. Did you mean delta?"),
        (["evaluate", "forced_amplitude", "--at", "F=-1"], "must lie in"),
        (["evaluate", "forced_amplitude", "--at", "F=I"], "must lie in"),
        (["evaluate", "forced_amplitude", "--at", "F"], "--at takes NAME=VALUE, got 'F'."),
        (["evaluate", "forced_amplitude", "--at", "F=1", "--at", "F=2"], "--at sets F twice."),
        (["evaluate", "forced_amplitude", "--at", "F=1/0"], "division by zero"),
        (["evaluate", "forced_amplitude", "--at", "F=0x10"], "reading an expression"),
        (["evaluate", "forced_amplitude", "--at", "F=nan"], "unknown name; got 'nan'."),
        (["evaluate", "decay_rate", "--at", "q=1"], "law 'decay_rate': the parameters are I0, q or F, delta = 0, k = 0, q; got values for q. Add I0=VALUE or F=VALUE."),
        (["evaluate", "decay_rate", "--at", "q=1", "--at", "I0=1", "--at", "F=1"], "the parameters are either I0, q or F, delta = 0, k = 0, q; got values for q, I0, F. Give those of one set and none of the other."),
        (["evaluate", "decay_rate", "--at", "f=1"], "unknown parameter; got 'f'. Known: I0, q, F, delta, k."),
        (["evaluate", "decay_rate_underdamped", "--at", "q=0", "--at", "I0=1"], "sin(2*c*(1 - cos(q))) != 0 must hold; got I0 = 1, q = 0. Choose another point: the law is valid for I0 -> 0+"),
        (["evaluate", "free_relaxation", "--at", "R0=1", "--at", "n=1/2"], "n (time) must be a whole number, 0 or more; got 1/2. Choose n so."),
        (["laws", "--activation", "algebriac"], "unknown activation; got 'algebriac'. Did you mean algebraic"),
        (["laws", "--activation", "2*tanh(r)"], "the gain rho'(0) must be 1; got 2. Divide the profile by 2."),
        (["laws", "--activation", "r/(1+r)"], "rho must be odd"),
        (["laws", "--activation", "sinh(r)"], "Activation 'own':"),
        (["laws", "--kernel", "laplace"], "unknown kernel; got 'laplace'. Did you mean laplacian?"),
        (["laws", "--dimension", "0"], "dimension: a whole number from 1 to 3 is needed; got 0."),
        (["laws", "--set", "c"], "--set takes NAME=VALUE, got 'c'."),
        (["laws", "--set", "d=1"], "unknown constant; got 'd'."),
        (["laws", "--set", "c=I"], "the constant c must be real; got I."),
        (["laws", "--set", "c=9**9**9**9"], "reading an expression:"),
        (["laws", "--model", "absent.toml"], "absent.toml: a readable file is needed; got No such file or directory."),
        (["laws", "--model", EXAMPLE, "--kernel", "advection"], "--model describes the network and excludes --kernel."),
        (["derive", "--out", EXAMPLE], "writing: a writable place is needed"),
        (["report", "--out", EXAMPLE], "writing: a writable place is needed"),
        (["verify", "--json", EXAMPLE + "/verdicts.json"], "writing: a writable place is needed"),
        (["export", "kernel_frequency", "--format", "c", "--out", EXAMPLE + "/laws.c"], "a writable place is needed"),
    ],
)  # fmt: skip
def test_bad_input_is_refused_in_one_line(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert message in refusal(*arguments)
    assert list(tmp_path.iterdir()) == []


def test_a_broken_model_file_is_refused(tmp_path: Path) -> None:
    model = tmp_path / "ring.toml"
    model.write_text("[kernel]\nname = 'ring'\nstencil = {'1' = 1, '-1' = 1}\n")
    assert refusal("report", "--model", str(model), "--out", str(tmp_path / "report")) == (
        f"nearcritical: {model}: kernel.stencil: Kernel 'ring': generator must be anti-Hermitian, "
        "A(-x) = -conj A(x); got A(-1) = 1, A(1) = 1. Multiply a symmetric stencil by i."
    )
    assert [path.name for path in tmp_path.iterdir()] == ["ring.toml"]


def test_an_error_of_the_program_itself_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("nearcritical.model.building.laws_of", broken)
    assert isinstance(run("laws").exception, ZeroDivisionError)


def test_an_interrupt_is_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("nearcritical.model.building.laws_of", interrupted)
    result = run("laws")
    assert (result.exit_code, result.stdout, result.stderr.strip()) == (130, "", "")


def test_a_refusal_from_a_process_of_its_own() -> None:
    """Through the installed command's module: no traceback, exit code 2, digits past Python's own limit too."""
    command = [
        sys.executable,
        "-m",
        "nearcritical",
        "evaluate",
        "forced_amplitude",
        "--at",
        "F=" + "1" * 5000,
    ]
    found = subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "80"}
    )
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr.startswith("nearcritical: ")
    assert found.stderr.count("\n") == 1


def test_every_error_fits_on_one_line() -> None:
    assert "\n" not in str(NearCriticalError("a\nb", "c", "d\ne", "f"))


@pytest.fixture
def idle(monkeypatch: pytest.MonkeyPatch) -> None:
    """No work is done."""

    def work(*_: object) -> None:
        raise AssertionError("the work began")

    for name in ("model.building.laws_of", "results.verification.theory_of"):
        monkeypatch.setattr(f"nearcritical.{name}", work)


@pytest.mark.usefixtures("idle")
@pytest.mark.parametrize("command", ["verify --json", "exponents --json", "export --format c --out"])
def test_a_directory_is_no_file_to_write_to_and_no_work_is_done(command: str, tmp_path: Path) -> None:
    assert "(it is a directory)" in refusal(*command.split(), str(tmp_path))


@pytest.mark.usefixtures("idle")
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="the system has no such directory")
@pytest.mark.parametrize(
    "command",
    ["verify --json", "exponents --json", "export --format c --out", "derive --out", "report --out"],
)
def test_where_no_file_can_be_made_no_work_is_done(command: str) -> None:
    """Not even as root, who may write everywhere."""
    assert "a writable place is needed; got /proc/" in refusal(*command.split(), "/proc/here")


def test_what_was_found_is_not_lost_with_the_place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A disk that fills up while the work is done: what was to be written is printed, then refused."""

    def full(path: Path, _: str) -> None:
        raise ModelError(
            "writing", "a writable place is needed", f"{path} (No space left)", "Choose another."
        )

    monkeypatch.setattr("nearcritical.commands.write_file", full)
    file = str(tmp_path / "out.json")
    result = run("exponents", "detuned_amplitude", "--digits", "10", "--json", file)
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1].endswith("(No space left). Choose another.")
    assert json.loads(result.stdout[result.stdout.index("[\n") :])[0]["predicted"] == "1"


@pytest.mark.parametrize(
    "command",
    ["derive --out", "export --format c --out", "verify --json", "exponents --json", "report --out"],
)
def test_an_empty_path_is_refused(command: str) -> None:
    assert "a path is needed, got ''." in refusal(*command.split(), "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no full device")
@pytest.mark.parametrize("arguments", [["--help"], ["laws"], ["laws", "--json"]])
def test_a_full_standard_output_is_one_line(arguments: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        result = subprocess.run(
            [sys.executable, "-m", "nearcritical", *arguments],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert result.stderr == "nearcritical: the system refused: No space left on device.\n"
    assert result.returncode == 2


def test_a_verification_that_is_ended_ends_its_processes_quietly() -> None:
    names = ["kernel_frequency", "forced_amplitude", "activation_taylor"]
    with subprocess.Popen(
        [sys.executable, "-m", "nearcritical", "verify", *names, "--jobs", "2", "--digits", "2000"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stderr is not None
        first = process.stderr.readline()
        process.terminate()
        shown, told = process.communicate(timeout=60)
    assert shown == ""
    assert all(PROGRESS.fullmatch(line) for line in (first + told).splitlines())
    assert process.returncode == 128 + signal.SIGTERM


def test_a_derivation_is_written_for_a_paper(tmp_path: Path) -> None:
    steps = told("derive", "resonant_amplitude", "--format", "latex", "--prefix", "net:")
    assert r"\label{eq:net:resonant_amplitude:4}" in steps and r"\eqref{eq:net:resonant_amplitude:4}" in steps
    path = tmp_path / "steps.tex"
    options = ("--format", "latex", "--steps", "--prefix", "net:", "--out", str(path))
    assert told("export", "resonant_amplitude", *options) == ""
    assert path.read_text(encoding="utf-8") == steps
    assert told("derive", "resonant_amplitude", "--format", "latex", "--standalone").startswith(
        r"\documentclass"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["derive", "--prefix", "x"], "--format text has no labels and excludes --prefix."),
        (["derive", "--format", "latex", "--out", "there"], "derive --format latex writes to standard output"),
        (["export", "resonant_amplitude", "--format", "c", "--steps"], "steps, labels and articles are LaTeX; got c"),
        (["derive", "resonant_amplitude", "--format", "latex", "--prefix", "{"], "a prefix of labels has letters"),
    ],
)  # fmt: skip
def test_options_of_a_paper_are_refused_elsewhere(arguments: list[str], message: str) -> None:
    assert message in refusal(*arguments)


def test_a_law_is_drawn_with_its_values(tmp_path: Path) -> None:
    place, data = tmp_path / "gain.svg", tmp_path / "gain.csv"
    options = ("--x", "I0=1e-3:1:log", "--measure", "2", "--data", str(data), "--out", str(place))
    said = told("plot", "radial_gain", *options)
    assert said.startswith(
        f"{place}\nThe law radial_gain of algebraic/laplacian, exact, at c = 3/10. Points:"
    )
    assert place.read_text(encoding="utf-8").startswith('<svg id="plot-radial_gain"')
    lines = data.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "kind,I0,g_r" and sum(line.startswith("measured,") for line in lines) == 2


def test_a_drawing_goes_where_it_is_named_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    told("plot", "group_velocity", "--format", "png")
    assert (tmp_path / "group_velocity.png").read_bytes().startswith(b"\x89PNG")
    for name, start in (("a.pdf", b"%PDF"), ("b.PNG", b"\x89PNG"), ("c", b"<svg")):
        told("plot", "group_velocity", "--out", name)
        assert (tmp_path / name).read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["plot", "forced_amplitud"], "unknown law; got 'forced_amplitud'. Did you mean forced_amplitude"),
        (
            ["plot", "wave_on_backgrounds", "--x", "F=1:2"],
            "wave_on_backgrounds is a picture and excludes --x.",
        ),
        (["plot", "group_velocity", "--x", "q"], "a span is NAME=FROM:TO"),
        (
            ["plot", "group_velocity", "--out", "a.jpg"],
            "--out ends in .svg, .pdf, .png, or --format says what to write",
        ),
        (
            ["plot", "group_velocity", "--out", "a.png", "--format", "pdf"],
            "got --out a.png. Give one of the two.",
        ),
    ],
)
def test_what_cannot_be_drawn_leaves_no_file(
    arguments: list[str], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert message in refusal(*arguments)
    assert list(tmp_path.iterdir()) == []


def test_a_constant_of_an_activation_stays_in_laws_formulas_and_commands(tmp_path: Path) -> None:
    model = tmp_path / "scaled.toml"
    model.write_text('[activation]\nprofile = "tanh(b*r)/b"\n[constants]\nb = "3/2"\n', encoding="utf-8")
    derived = run("derive", "resonant_amplitude", "--activation", "tanh(b*r)/b")
    assert "R = (3*F/b**2)**(1/3) - 3*F/5" in derived.output and "for every b > 0" in derived.output
    values = [
        run(
            "evaluate",
            "resonant_amplitude",
            "--model",
            str(model),
            "--at",
            "F=1/1000",
            "--digits",
            "15",
            *more,
        )
        for more in ((), ("--set", "b=3"))
    ]
    assert values[0].output != values[1].output
    same = run(
        "evaluate", "resonant_amplitude", "--activation", "tanh(3*r)/3", "--at", "F=1/1000", "--digits", "15"
    )
    assert values[1].output == same.output
    asked = (
        "check",
        "R = (3*F/b**2)**(1/3)",
        "--observable",
        "forced_amplitude",
        "--at",
        "delta=0",
        "--digits",
        "20",
    )
    answer = run(*asked, "--model", str(model))
    assert answer.stdout.startswith("asymptotic: true for F -> 0") and "b was varied" in answer.output
    wrong = run("check", "R = (4*F/3)**(1/3)", *asked[2:], "--model", str(model))
    assert wrong.stdout.startswith("wrong")


def test_a_sweep_without_numbers_is_refused_before_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    grid = ("--grid", "F=1e-6:1e-1:5:log", "--out", "g.sqlite")
    for activation, constant in (("general", "p"), ("tanh(b*r)/b", "b")):
        result = run("sweep", "resonant_amplitude", "--activation", activation, *grid)
        assert (result.exit_code, result.stdout) == (2, "")
        assert f"the constant {constant} must have a value" in result.stderr.splitlines()[-1]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["rho", "psi", "O", "R_F", "c_phi"])
def test_no_constant_is_called_as_formulas_are_written(name: str) -> None:
    assert f"got '{name}'" in refusal("laws", "resonant_amplitude", "--activation", f"tanh({name}*r)/{name}")


def test_an_order_that_is_no_whole_number_is_refused_as_it_was_given() -> None:
    assert "from 2 to 16; got 5/2" in refusal("laws", "--activation", "general", "--set", "p=5/2")


def test_a_general_network_is_stated_by_psi() -> None:
    general = ("resonant_amplitude", "--activation", "general", "--kernel", "general", "--format", "latex")
    comments = told("export", *general)
    assert "psi(R) = c_phi*R**(1 + p)" in comments and "rho(r) =" not in comments
    article = told("derive", *general)
    assert r"\psi(R) &= c_{\phi} R^{1 + p}" in article and r"\omega(k) &=" not in article
    assert r"with \(p =" not in article


def test_the_version_says_whose_transforms_are_used() -> None:
    said = CliRunner().invoke(main, ["--version"])
    assert said.exit_code == 0
    first, second = said.output.splitlines()
    assert first == f"nearcritical, version {version('nearcritical')}"
    assert (
        second
        == f"Transforms of doubles by ducc0 {version('ducc0')}, under the GPL, from nearcritical[fast]."
    )
