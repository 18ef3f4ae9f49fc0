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
        others = _other_owners(room)
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


def _other_owners(room: str) -> list[str]:
    """Other distributions, by name and version, that have installed the very file into this folder."""
    owners = []
    for record in sorted(HOME.glob("*.dist-info/RECORD")):
        name, _, version = record.parent.stem.partition("-")
        text = record.read_text(encoding="utf-8", errors="replace")
        if name != "nearcritical" and f"\n{room}/__init__.py," in f"\n{text}":
            owners.append(f"{name} {version}")
    return owners
