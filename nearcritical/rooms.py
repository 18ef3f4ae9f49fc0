"""The rooms: the packages that are installed beside this one, and whether they are ours in this environment.

Other distributions may install packages of these names. Python finds one package of a name; the toolkit then does not
mix its own modules with strange ones, but says whose they are.
"""

from __future__ import annotations

import ast
from functools import cache
from importlib.util import find_spec
from pathlib import Path

ROOMS = ("analytics", "derivations", "numerics")
HOME = Path(__file__).parent.parent
"""The folder that the rooms share with this package."""


@cache
def clash() -> str | None:
    """Which package of a room's name is not ours, and what to do, in one line; None where all are ours."""
    for room in ROOMS:
        spec = find_spec(room)
        found = Path(spec.origin) if spec and spec.origin else None
        others = _other_owners()[room]
        if others or found is None or not _is_ours(room, found):
            need = f"starting nearcritical: its package '{room}' must be the only one of this name"
            if found is None:  # its file goes with another distribution that had it too
                return f"{need}; got none. Install nearcritical again, in an environment of its own."
            again = f", and {' and '.join(others)} here again" if others else ""
            return (
                f"{need}; got {' and '.join(others) or 'another one'}, at {found.parent}. "
                f"Install nearcritical in an environment of its own{again}."
            )
    return None


def _is_ours(room: str, found: Path) -> bool:
    """Does `found` stand beside this package, with nothing in it but the docstring that ours has?"""
    if found.resolve() != (HOME / room / "__init__.py").resolve():
        return False
    body = ast.parse(found.read_text(encoding="utf-8")).body
    return len(body) == 1 and isinstance(body[0], ast.Expr)


@cache
def _other_owners() -> dict[str, list[str]]:
    """Room -> other distributions, by name and version, that have installed the very file into this folder.

    What an environment records of its distributions is long, so that each record is read once.
    """
    owners: dict[str, list[str]] = {room: [] for room in ROOMS}
    for record in sorted(HOME.glob("*.dist-info/RECORD")):
        name, _, version = record.parent.stem.partition("-")
        content = b"\n" + record.read_bytes() if name != "nearcritical" else b""
        for room in ROOMS:
            if b"\n%s/__init__.py," % room.encode() in content:
                owners[room].append(f"{name} {version}")
    return owners
