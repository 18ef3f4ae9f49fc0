"""The walks of CONTRIBUTING.md, made in a copy of the repository: every change, then every command."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
WALKS = GUIDE.partition("\n## ")[2]
BLOCK = re.compile(r"```(python|sh)\n(.*?)```", re.DOTALL)

SEEN = {
    "evaluate resonant_amplitude": r"^R = 0\.179\d+ \+ O\(",  # (6 F)^(1/7) = 0.1795, less F/2 and so on
    "verify resonant_amplitude": r"^resonant_amplitude .* passed",
    "check": r"^exact: agrees to \d+ digits at \d+ points",
    "derive remaining_share": r"^ +rho\(r\) = r\*s_r$",
    "verify remaining_share": r"^remaining_share .* passed",
    "share_against_input": r"^Line: the exact law of algebraic/laplacian",
}
"""Words of a command -> what it must print."""


def change(copy: Path, said: str, code: str) -> None:
    """Make the change that the sentence before a block asks for."""
    sentence = said.strip().rpartition("\n\n")[2]
    named = re.findall(r"`([^`]+)`", sentence)
    if sentence.startswith("Write"):
        (path,) = named
        assert not (copy / path).exists()
        (copy / path).write_text(code, encoding="utf-8")
        return
    path, name = sorted(named, key=lambda each: "/" not in each)
    lines = (copy / path).read_text(encoding="utf-8").splitlines(keepends=True)
    (place,) = (number for number, line in enumerate(lines) if re.match(rf"{name}: .*= \{{$", line))
    lines.insert(*((place, f"{code}\n\n") if "above" in sentence else (place + 1, code)))
    (copy / path).write_text("".join(lines), encoding="utf-8")


def run(copy: Path, line: str) -> str:
    program, *arguments = shlex.split(line)
    start = {"nearcritical": ["-m", "nearcritical"], "python": []}[program]
    found = subprocess.run(
        [sys.executable, *start, *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=copy,
        env=os.environ | {"PYTHONPATH": str(copy)},
    )
    assert found.returncode == 0, found.stderr
    return found.stdout


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("copy")
    for room in ("analytics", "derivations", "numerics", "nearcritical"):
        shutil.copytree(ROOT / room, place / room, ignore=shutil.ignore_patterns("__pycache__", "generated"))
    return place


def test_every_walk_works(copy: Path) -> None:
    """In their order: the chapter predicts what the new observable measures, and the picture shows both."""
    expected, begin = dict(SEEN), 0
    for block in BLOCK.finditer(WALKS):
        language, code = block.groups()
        if language == "python":
            change(copy, WALKS[begin : block.start()], code)
        else:
            for line in code.splitlines():
                (words,) = (words for words in expected if words in line)
                assert re.search(expected.pop(words), run(copy, line), re.MULTILINE), line
        begin = block.end()
    assert not expected


def test_the_copy_is_what_was_run(copy: Path) -> None:
    found = run(
        copy, "python -c 'import analytics, nearcritical; print(analytics.__file__, nearcritical.__file__)'"
    )
    assert all(path.startswith(str(copy)) for path in found.split())
