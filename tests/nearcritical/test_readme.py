"""The README's code, run: it prints what the README says."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from nearcritical.cli import main

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def block(language: str, heading: str = "# nearcritical\n") -> str:
    """The README's first block in a language, below a heading."""
    return README.partition(heading)[2].split(f"```{language}\n", 1)[1].split("```", 1)[0]


@pytest.mark.parametrize("heading", ["# nearcritical\n", "## Certified steady states\n"])
def test_the_code_prints_what_is_shown(heading: str) -> None:
    found = subprocess.run(
        [sys.executable, "-c", block("python", heading)], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert found.stdout == block("text", heading)


def test_the_checked_formulas_are_answered_as_shown() -> None:
    heading = "## A formula of your own\n"
    told = ""
    for line in block("sh", heading).splitlines():
        program, *arguments = shlex.split(line)
        assert program == "nearcritical"
        told += CliRunner().invoke(main, arguments).stdout
    assert told == block("text", heading)


def test_the_code_is_ten_lines() -> None:
    assert len(block("python").strip().splitlines()) <= 11


def test_every_command_is_shown() -> None:
    assert all(f"nearcritical {name}" in README for name in main.commands)


def test_every_named_activation_and_kernel_is_listed() -> None:
    from analytics.network.activation import PROFILES
    from analytics.network.kernel import STENCILS

    assert all(f"`{name}`" in README for name in [*PROFILES, *STENCILS])


def test_every_observable_with_an_exponent_is_named() -> None:
    """In the README's table and in the help, as `exponents` takes it."""
    from nearcritical import derive, network
    from nearcritical.cli import exponents
    from nearcritical.results.verification import scaling_laws

    table = README.split("| observable | against")[1].split("\n\n")[0]
    for name in scaling_laws(derive(network())):
        assert f"| `{name}`" in table
        assert name in (exponents.help or "")


def test_what_is_linked_is_there() -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert links and all((ROOT / link).is_file() for link in links)
