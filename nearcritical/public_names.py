"""The public names of a package, read from the stub beside it and imported when they are first used."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from nearcritical.rooms import clash

RENAMED = {"certificate": "certify_kernel"}
"""Former names -> what they are called now."""


def lazy_module(package: str, file: str) -> tuple[list[str], Callable[[str], Any], Callable[[], list[str]]]:
    """``__all__``, ``__getattr__`` and ``__dir__`` of a package.

    file: its ``__init__.py``. The public names are those that ``__init__.pyi`` beside it imports; type checkers read
    the same file.
    """
    stub = ast.parse(Path(file).with_suffix(".pyi").read_text(encoding="utf-8"))
    homes = {
        alias.name: str(node.module)
        for node in stub.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    names = sorted(homes)

    def value_of(name: str) -> Any:
        if name == "__version__":
            from importlib.metadata import version

            value: Any = version(package)
        elif name in homes:
            if said := clash():
                raise ImportError(said)
            value = getattr(import_module(homes[name]), name)
        else:
            raise _missing(package, name)
        setattr(sys.modules[package], name, value)
        return value

    return names, value_of, names.copy


def _missing(package: str, name: str) -> Exception:
    """The error for a name that the package does not have; for a former name it says the new one.

    It is an AttributeError. But ``from package import name`` replaces an AttributeError by words of its own, and passes
    on an ImportError: asked from there, the error is an ImportError.
    """
    if name not in RENAMED:
        return AttributeError(f"module {package!r} has no attribute {name!r}")
    asks_by_import = sys._getframe(2).f_globals["__name__"] == "importlib._bootstrap"
    kind = ImportError if asks_by_import else AttributeError
    return kind(f"{package}.{name} is called {package}.{RENAMED[name]} now")
