"""The README and every page of docs/, run: code and commands print what the pages show.

- A ``python`` block runs after those before it on the page; a ``text`` block right below it is what it prints.
- A ``console`` block has commands behind ``$`` and what they print; a line ``...`` stands for any lines.
- A ``sh`` block is run too, unless its commands install something: then the target is one of the Makefile.
- A ``toml`` block is a file, named by the words "Write `NAME`" before it.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import pytest
from click.testing import CliRunner

from nearcritical.cli.main import main

ROOT = Path(__file__).parent.parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
README = PAGES[0].read_text(encoding="utf-8")
GUIDE = ROOT / "docs" / "guide"

FENCE = re.compile(r"^```(\{?[\w-]*\}?)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
NAMED = re.compile(r"Write `([\w.]+)`[^`]*$")
BETWEEN = "--- next block ---\n"

NOT_RUN = {"pip", "uv", "uvx", "git", "cd", ".", "eval", "pdflatex", "sudo"}
"""Programs of a ``sh`` block that install, or that not every machine has."""


@dataclass(frozen=True)
class Block:
    """A fenced block of a page: its language, its lines, and the words before it."""

    language: str
    body: str
    said: str


def blocks(text: str) -> list[Block]:
    found, end = [], 0
    for fence in FENCE.finditer(text):
        found.append(Block(fence[1], fence[3], text[end : fence.start()]))
        end = fence.end()
    return found


def exchanges(body: str) -> Iterator[tuple[str, str]]:
    """Of a console: each command, and what it prints."""
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        command, _, printed = part.partition("\n")
        yield command, printed


def ran(place: Path, command: str) -> str:
    """What a command prints; of a refusal, what it says on standard error."""
    program, *arguments = shlex.split(command)
    before = Path.cwd()
    if program == "nearcritical" and "|" not in arguments and ">" not in arguments:
        os.chdir(place)
        try:
            found = CliRunner().invoke(main, arguments, catch_exceptions=False)
        finally:
            os.chdir(before)
        return found.stdout if found.exit_code < 2 else found.stderr
    assert program in ("python", "nearcritical"), command
    if program == "nearcritical":
        command = command.replace("nearcritical", f"{shlex.quote(sys.executable)} -m nearcritical", 1)
    else:
        command = command.replace("python", shlex.quote(sys.executable), 1)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "MPLBACKEND": "svg"}
    done = subprocess.run(
        command, shell=True, capture_output=True, text=True, check=False, cwd=place, env=environment
    )
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return done.stdout


def matches(printed: str, shown: str) -> bool:
    """Is it what is shown, with any lines at a line of three dots?"""
    pieces = [re.escape(piece) for piece in re.split(r"^\.\.\.\n", shown, flags=re.MULTILINE)]
    return re.fullmatch(r"(?:.*\n)*".join(pieces), printed) is not None


def python_session(place: Path, codes: list[str]) -> list[str]:
    """What each of the blocks prints, run one after the other in one interpreter."""
    script = f"\nprint({BETWEEN.strip()!r}, flush=True)\n".join(codes)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "MPLBACKEND": "svg"}
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        cwd=place,
        env=environment,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split(BETWEEN)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_shows_what_its_code_prints(page: Path, tmp_path: Path) -> None:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    found = blocks(page.read_text(encoding="utf-8"))
    for block in found:
        if block.language == "toml":
            named = NAMED.search(block.said)
            assert named, f"no file name before\n{block.body}"
            (tmp_path / named[1]).write_text(block.body, encoding="utf-8")
    codes = [block.body for block in found if block.language == "python"]
    printed = iter(python_session(tmp_path, codes) if codes else ())
    for block, below in zip_longest(found, found[1:]):
        if block.language == "python":
            said = next(printed)
            if below is not None and below.language == "text" and not below.said.strip():
                assert said == below.body
            else:
                assert not said
        elif block.language == "console":
            for command, shown in exchanges(block.body):
                said = ran(tmp_path, command)
                assert matches(said, shown), f"{command}\n{said}"
        elif block.language == "sh":
            for line in filter(None, block.body.splitlines()):
                run_or_find(tmp_path, line)
        else:
            assert block.language in ("toml", "text", "bibtex") or block.language.startswith("{")


def run_or_find(place: Path, line: str) -> None:
    """Run a line of a shell, or see that make has its target."""
    words = shlex.split(line, comments=True)
    if words[0] == "make":
        targets = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        assert targets and words[1] in targets[1].split()
    elif words[0] not in NOT_RUN and not words[0].startswith(".venv/bin/"):
        ran(place, line)


def test_the_first_example_is_ten_lines() -> None:
    (code, *_) = (block.body for block in blocks(README) if block.language == "python")
    assert len(code.strip().splitlines()) <= 11


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 150


def test_every_command_is_shown() -> None:
    shown = (GUIDE / "commands.md").read_text(encoding="utf-8")
    assert all(f"nearcritical {name}" in shown for name in main.commands)


def test_every_named_activation_and_kernel_is_listed() -> None:
    from analytics.network.activation import PROFILES
    from analytics.network.kernel import STENCILS

    shown = (GUIDE / "networks.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in shown for name in [*PROFILES, *STENCILS])


def test_every_observable_with_an_exponent_is_named() -> None:
    """In the table of exponents and in the help, as `exponents` takes it."""
    from nearcritical import derive, network
    from nearcritical.cli.evidence import exponents
    from nearcritical.results.verification import scaling_laws

    page = (ROOT / "docs" / "tutorials" / "exponents.md").read_text(encoding="utf-8")
    table = page.split("| observable | against")[1].split("\n\n")[0]
    for name in scaling_laws(derive(network())):
        assert f"| `{name}`" in table
        assert name in (exponents.help or "")


def test_every_public_name_and_export_format_is_described_once() -> None:
    import nearcritical
    from analytics.export.formats import FORMATS

    pages = (page.read_text(encoding="utf-8") for page in (ROOT / "docs" / "reference").glob("*.md"))
    named = re.findall(r"^\.\. auto\w+:: nearcritical\.(\w+)$", "\n".join(pages), re.MULTILINE)
    assert sorted(named) == sorted(nearcritical.__all__)
    exports = (GUIDE / "exports.md").read_text(encoding="utf-8")
    assert all(f"`{form}`" in exports for form in FORMATS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_is_linked_is_there(page: Path) -> None:
    """Files beside the page; the pages that are made for the site are those of `make_site.py`."""
    text = FENCE.sub("", page.read_text(encoding="utf-8"))
    for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", text):
        assert (page.parent / link).is_file() or link in made(page), link


def made(page: Path) -> set[str]:
    """Links from a page to those that `make docs` writes: of the gallery, the notebooks and the repository's files."""
    place = page.parent
    scripts = (ROOT / "examples" / "gallery").glob("*.py")
    notebooks = (ROOT / "docs" / "notebooks").glob("*.ipynb")
    targets = [ROOT / "docs" / "gallery" / f"{script.stem}.md" for script in scripts]
    targets += [notebook.with_suffix(".md") for notebook in notebooks]
    targets += [ROOT / "docs" / name for name in ("contributing.md", "changes.md", "reference/options.md")]
    return {os.path.relpath(target, place) for target in targets}


def test_the_comparison_can_fail() -> None:
    """`...` stands for whole lines alone."""
    assert matches("a\nb\nc\n", "a\n...\nc\n") and matches("a\n", "a\n")
    assert not matches("a\nb\n", "a\nc\n") and not matches("a\nb\nd\n", "a\n...\nc\n")
