"""Exported source as functions: Python in an interpreter of its own, C and JavaScript by what this machine has."""

from __future__ import annotations

import ctypes
import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from analytics.export.program import alternative_name

if TYPE_CHECKING:
    from analytics.law.law import Law

Program = Callable[..., list[complex]]
Call = tuple[str, tuple[float, ...]]
"""The name of a function, and its arguments."""

PATIENCE = 60
"""Seconds that a compiler, or a program, may take."""

CALLING = Path(__file__).with_name("calling.py")
"""The script that calls functions of a Python program."""

CALLING_JAVASCRIPT = Path(__file__).with_name("calling.mjs")
"""The script that calls functions of a JavaScript module."""

PARTS = Path(__file__).with_name("parts.h")
"""What C needs to hand out complex values."""

WARNINGS = ("-Wall", "-Wextra", "-pedantic", "-Werror", "-O2")
"""For a compiler: every warning is an error, those of the optimizer too."""


def functions_of(laws: Sequence[Law]) -> dict[str, Law]:
    """Name of a function in exported source -> the version of a law that it computes."""
    return {
        function_name(law, version): version
        for law in laws
        if law.count is not None
        for version in law.versions
    }


def function_name(law: Law, version: Law) -> str:
    """The name in exported source of the function that computes a version of `law`."""
    return law.name if version == law else alternative_name(law, version)


def python_values(
    source: str, calls: Sequence[Call], *, strict: bool = False, arrays: bool = False
) -> list[list[complex] | str] | None:
    """What the functions of exported Python source return, or the error that says there is no value; None where
    they cannot be run.

    The interpreter sees nothing but the source. strict: nor where it warns. arrays: it sees NumPy too, and the points
    of a function are given at once.
    """
    library = (Path(np.__file__).parents[1],) if arrays else ()
    with TemporaryDirectory() as place:
        program = Path(place) / "laws.py"
        program.write_text(source, encoding="utf-8")
        command = [
            sys.executable,
            "-I",
            "-S",
            *(("-W", "error") if strict else ()),
            CALLING,
            program,
            *library,
        ]
        done = subprocess.run(
            command, input=json.dumps(calls), capture_output=True, text=True, timeout=PATIENCE
        )
    return None if done.returncode else _returned(done.stdout)


def javascript_values(source: str, calls: Sequence[Call]) -> list[list[complex] | str] | None:
    """What the functions of exported JavaScript return, or the error that they throw; None where they cannot be run,
    for want of Node.js or because it does not accept them."""
    if (node := shutil.which("node")) is None:
        return None
    with TemporaryDirectory() as place:
        program = Path(place) / "laws.mjs"
        program.write_text(source, encoding="utf-8")
        done = subprocess.run(
            [node, CALLING_JAVASCRIPT, program],
            input=json.dumps(calls),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
    return None if done.returncode else _returned(done.stdout)


def _returned(lines: str) -> list[list[complex] | str]:
    """The output of a script that calls functions."""
    returned = map(json.loads, lines.splitlines())
    return [one if isinstance(one, str) else [complex(*parts) for parts in one] for one in returned]


@contextmanager
def c_functions(source: str, laws: Sequence[Law], *, strict: bool = False) -> Iterator[Mapping[str, Program]]:
    """The functions of exported C source by name; none where there is no compiler, or it does not accept them.

    strict: nor where it warns.
    """
    versions = functions_of(laws)
    wrappers = [_parts(name, law) for name, law in versions.items() if _returns_complex(law)]
    compiler = _compiler()
    with TemporaryDirectory() as place:
        if compiler is None:
            yield {}
            return
        folder = Path(place)
        wrapping = PARTS.read_text(encoding="utf-8") if wrappers else ""
        (folder / "laws.c").write_text("\n".join([source, wrapping, *wrappers]), encoding="utf-8")
        flags = ("-std=c99", *(WARNINGS if strict else ("-O1",)), "-shared", "-fPIC")
        command = [compiler, *flags, "-o", "laws.so", "laws.c", "-lm"]
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=PATIENCE)
        if done.returncode:
            yield {}
            return
        library = ctypes.CDLL(str(folder / "laws.so"))
        yield {name: _called(library, name, law) for name, law in versions.items()}


def runners() -> dict[str, Callable[[str, Sequence[Law], Sequence[Call]], Sequence[Sequence[complex] | str]]]:
    """Language -> what runs exported source of laws, for each call its values or the error; C where a compiler is, and
    JavaScript where Node.js is.

    They raise RuntimeError for source that does not run, or at which the compiler warns.
    """

    def python(source: str, _: Sequence[Law], calls: Sequence[Call]) -> Sequence[Sequence[complex] | str]:
        return run(python_values(source, calls, strict=True))

    def numpy(source: str, _: Sequence[Law], calls: Sequence[Call]) -> Sequence[Sequence[complex] | str]:
        return run(python_values(source, calls, strict=True, arrays=True))

    def javascript(source: str, _: Sequence[Law], calls: Sequence[Call]) -> Sequence[Sequence[complex] | str]:
        returned = run(javascript_values(source, calls))
        thrown = [one for one in returned if isinstance(one, str)]
        if thrown:  # of numbers its functions throw nothing
            raise RuntimeError(thrown[0])
        return returned

    def run(returned: Sequence[Sequence[complex] | str] | None) -> Sequence[Sequence[complex] | str]:
        if returned is None:
            raise RuntimeError("the program does not run")
        return returned

    def c(source: str, laws: Sequence[Law], calls: Sequence[Call]) -> Sequence[Sequence[complex] | str]:
        with c_functions(source, laws, strict=True) as functions:
            if not functions:
                raise RuntimeError("the program does not compile")
            return [functions[name](*given) for name, given in calls]

    return {
        "Python": python,
        "NumPy source": numpy,
        **({"C": c} if _compiler() else {}),
        **({"JavaScript": javascript} if shutil.which("node") else {}),
    }


def _compiler() -> str | None:
    return shutil.which("cc") or shutil.which("gcc")


def _returns_complex(law: Law) -> bool:
    return law.is_complex and not law.is_several_valued


def _parts(name: str, law: Law) -> str:
    """The C function that writes both parts of a complex value; see `PARTS`."""
    names = [symbol.name for symbol in law.symbols]
    given = ", ".join([*(f"double {one}" for one in names), "double out[2]"])
    return f"PARTS({name}, ({given}), ({', '.join(names)}))"


def _called(library: ctypes.CDLL, name: str, law: Law) -> Program:
    """A double is returned; several numbers are written behind the arguments, complex ones as two doubles."""
    is_complex, count = law.is_complex, law.count
    assert count is not None
    function = getattr(library, f"{name}_parts" if _returns_complex(law) else name)

    def call(*values: float) -> list[complex]:
        given = [ctypes.c_double(value) for value in values]
        if count == 1 and not is_complex:
            function.restype = ctypes.c_double
            return [function(*given)]
        out = (ctypes.c_double * (2 * count))()
        function.restype = None
        function(*given, out)
        return [complex(*out[2 * n : 2 * n + 2]) if is_complex else complex(out[n]) for n in range(count)]

    return call
