"""The files beside the code say the same of the project, and name tools that are there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CITATION = (ROOT / "CITATION.cff").read_text(encoding="utf-8")


def cited(key: str) -> str:
    """The value of a top-level key of CITATION.cff, without its quotes."""
    (value,) = re.findall(rf'^{key}: "?([^"\n]+)"?$', CITATION, re.MULTILINE)
    return str(value)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("title", PROJECT["name"]),
        ("version", PROJECT["version"]),
        ("abstract", PROJECT["description"]),
        ("license", PROJECT["license"]),
        ("cff-version", "1.2.0"),
        ("type", "software"),
    ],
)
def test_the_citation_says_what_the_project_says(key: str, value: str) -> None:
    assert cited(key) == value


def test_the_citation_has_every_key_that_its_format_requires() -> None:
    """cff-version, message, title and authors, of version 1.2.0 of the format; the authors are an entity."""
    assert cited("message")
    (author,) = PROJECT["authors"]
    assert f'\nauthors:\n  - name: "{author["name"]}"\n' in CITATION
    keywords = CITATION.split("\nkeywords:\n")[1].split("\nreferences:")[0]
    assert keywords.replace("  - ", "").splitlines() == PROJECT["keywords"]


def test_the_licence_is_there() -> None:
    (author,) = PROJECT["authors"]
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith(f"{PROJECT['license']} License\n") and author["name"] in text
    assert PROJECT["license-files"] == ["LICENSE"]


def test_a_wheel_has_every_file_of_the_packages(tmp_path: Path) -> None:
    """Templates, style sheets and runtimes among them."""
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(build, check=True, capture_output=True, cwd=ROOT)
    (wheel,) = tmp_path.glob("*.whl")
    rooms = ("analytics", "derivations", "numerics", "nearcritical")
    files = [path for room in rooms for path in (ROOT / room).rglob("*") if path.is_file()]
    ours = {str(path.relative_to(ROOT)) for path in files if "__pycache__" not in path.parts}
    assert "nearcritical/paper/templates/paper.tex" in ours
    assert ours <= set(ZipFile(wheel).namelist())


def test_hooks_before_a_commit_call_the_tools_of_make() -> None:
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    entries = re.findall(r"entry: \.venv/bin/(.+)", hooks)
    make = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert [entry.split()[0] for entry in entries] == ["ruff", "ruff", "mypy"]
    for entry in entries:
        assert f"$(BIN)/{entry.split(' --')[0]}" in make
    assert "repo: local" in hooks and hooks.count("repo:") == 1


def test_the_shell_completes_commands_and_laws_options() -> None:
    found = subprocess.run(
        [sys.executable, "-m", "nearcritical"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env=os.environ
        | {"_NEARCRITICAL_COMPLETE": "bash_complete", "COMP_WORDS": "nearcritical ve", "COMP_CWORD": "1"},
    )
    assert found.stdout == "plain,verify\n"
