"""The house: rooms, floors and arrows. Every import points down, measurement knows no law, nothing is evaluated."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

BELOW = {
    "analytics": set[str](),
    "derivations": {"analytics"},
    "numerics": {"analytics"},
    "nearcritical": {"analytics", "derivations", "numerics"},
}
"""Room -> the rooms it may import."""

FLOORS = {
    "analytics": "exclusive notebook < errors < expressions < evaluation < network < arrays balls < law < export",
    "derivations": "balances < chapters",
    "numerics": "fixed_point doubles < engines < lattice < steady_states < perturbations certificates < tails landscapes < observables"
    " < verification < trials judging",
    "nearcritical": "rooms < system public_names < saved < model < results < drawing sweeps < landscape paper < report < commands < cli < __main__",
}
"""Room -> its folders and the files that stand outside them, from the ground up; neighbours share a floor.

Files of a room that are not named here stand on its top floor.
"""

MOST_FILES = {"numerics/observables": 24, "derivations": 25}
"""Folders of one file for each experiment, or for each chapter; any other has at most FEW files."""

FEW = 12
LONGEST_MODULE = 500

LOADS = {
    "sympy": {"sympy", "mpmath", "gmpy2", "flint"},
    "scipy": {"scipy", "numpy"},
    "matplotlib": {"matplotlib", "numpy"},
}
"""Package -> the packages that are in memory once it is imported; any other loads itself alone."""

SLOW_STANDARD = {"importlib.metadata", "concurrent.futures", "multiprocessing", "asyncio", "sqlite3"}
"""Modules of the standard library whose import is felt."""

MODULES = sorted(path for room in BELOW for path in (ROOT / room).rglob("*.py"))


@dataclass(frozen=True, slots=True)
class Import:
    """One import of a module: its dotted name, the line, and whether it runs when the importing module is loaded."""

    module: str
    line: int
    is_inside: bool
    is_typing: bool


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


OURS = {dotted(path): path for path in MODULES}

Faults = dict[str, list[str]]
"""Module -> what is wrong in it."""


def faults(found: Callable[[Path], Iterable[object]]) -> Faults:
    """What `found` finds in each module, those left out where it finds nothing."""
    named = {name_of(path): [str(fault) for fault in found(path)] for path in MODULES}
    return {name: listed for name, listed in named.items() if listed}


every_room = pytest.mark.parametrize("room", BELOW)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def imports_of(path: Path) -> tuple[Import, ...]:
    """Every import of a module, also those inside functions and under TYPE_CHECKING."""
    return tuple(_imports(tree_of(path), is_inside=False, is_typing=False))


def _imports(node: ast.AST, *, is_inside: bool, is_typing: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(alias.name, child.lineno, is_inside, is_typing)
        elif isinstance(child, ast.ImportFrom):
            assert not child.level, "imports are absolute"
            for alias in child.names:
                inner = f"{child.module}.{alias.name}"
                module = inner if inner in OURS else str(child.module)
                yield Import(module, child.lineno, is_inside, is_typing)
        else:
            function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            typing = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
            yield from _imports(child, is_inside=is_inside or function, is_typing=is_typing or typing)


def room_of(module: str) -> str:
    return module.partition(".")[0]


def floor_of(module: str) -> tuple[int, str]:
    """The floor of a module of ours in its room, from 0 up, and the folder or the file that stands there."""
    room, _, inner = module.partition(".")
    place = inner.partition(".")[0]
    floors = [floor.split() for floor in FLOORS[room].split(" < ")]
    for number, names in enumerate(floors):
        if place in names:
            return number, place
    return len(floors) - 1, "" if OURS[module].parent == ROOT / room else place


def is_lower_or_near(importer: str, imported: str) -> bool:
    """Does an import inside a room go to a lower floor, or stay in its folder?"""
    here, there = floor_of(importer), floor_of(imported)
    return there[0] < here[0] or there == here


def test_there_are_modules_to_look_at() -> None:
    assert {room_of(module) for module in OURS} == set(BELOW)


# Rule 1: every import goes to a lower room, to a lower folder, or stays in its own.


def test_imports_point_down_to_other_rooms() -> None:
    def upward(path: Path) -> set[str]:
        room = room_of(dotted(path))
        return {room_of(found.module) for found in imports_of(path)} & set(BELOW) - {room} - BELOW[room]

    assert faults(upward) == {}


def test_imports_point_down_to_other_folders() -> None:
    def upward(path: Path) -> Iterator[str]:
        importer = dotted(path)
        for found in imports_of(path):
            ours = found.module in OURS and room_of(found.module) == room_of(importer) != found.module
            if ours and not is_lower_or_near(importer, found.module):
                yield f"line {found.line}: {found.module}"

    assert faults(upward) == {}


@every_room
def test_every_folder_has_its_floor(room: str) -> None:
    named = set(FLOORS[room].replace("<", " ").split())
    folders = {path.parent.name for path in MODULES if path.parent.parent == ROOT / room}
    assert folders <= named


@pytest.mark.parametrize("room", sorted(BELOW))
def test_the_readme_names_every_folder(room: str) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    begun = re.search(rf"^{room}/ .*\n((?: +.*\n)*)", text, re.MULTILINE)
    assert begun is not None
    folders = {path.parent.name for path in (ROOT / room).glob("*/__init__.py")}
    assert folders <= set(re.findall(r"\w+", begun.group()))


def test_text_names_no_room_above() -> None:
    """An import through importlib, by its text: only a room's own modules, or those below."""

    def named(path: Path) -> Iterator[str]:
        room = room_of(dotted(path))
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
                texts = " ".join(map(ast.unparse, node.args))
                yield from (part for part in set(BELOW) - {room} - BELOW[room] if part in texts)

    assert faults(named) == {}


# Rule 2: no circle of modules, also none that an import inside a function closes.


@every_room
def test_no_circle_of_modules(room: str) -> None:
    graph = {
        module: {found.module for found in imports_of(path) if room_of(found.module) == room} - {module}
        for module, path in OURS.items()
        if room_of(module) == room
    }
    order = list(TopologicalSorter(graph).static_order())  # raises CycleError, which shows the circle
    assert set(graph) <= set(order)


# Rule 3: an import inside a function saves time at the start, and is there for nothing else.


@cache
def loaded_at_start(module: str) -> frozenset[str]:
    """Packages of others that importing `module` loads, through our own modules as well."""
    packages: set[str] = set()
    seen, waiting = set[str](), [module]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        if current not in OURS:
            package = room_of(current)
            packages |= {current} & SLOW_STANDARD
            if package not in sys.stdlib_module_names:
                packages |= LOADS.get(package, {package})
            continue
        parents = [current.rpartition(".")[0]] if "." in current else []
        at_start = [f.module for f in imports_of(OURS[current]) if not f.is_inside and not f.is_typing]
        waiting += parents + at_start
    return frozenset(packages)


def test_an_import_inside_a_function_saves_time_at_the_start() -> None:
    def idle(path: Path) -> Iterator[str]:
        here = loaded_at_start(dotted(path))
        for found in imports_of(path):
            if found.is_inside and loaded_at_start(found.module) <= here:
                yield f"line {found.line}: {found.module}"

    assert faults(idle) == {}


# Rule 4: who may import which library.


def allowed_in(module: str) -> set[str] | None:
    """The libraries of others that a module may import; None where any is allowed."""
    if module.startswith("analytics.balls."):
        return {"sympy", "mpmath", "flint"}
    if module == "analytics.law.enclosed_values":
        return {"sympy", "mpmath", "flint"}
    if module.startswith("analytics.arrays.") or module == "analytics.law.compiled":
        return {"sympy", "mpmath", "numpy", "scipy"}
    if module.startswith("analytics.export.runtime."):  # the text of exported programs
        return {"numpy"}
    return {"analytics": {"sympy", "mpmath"}, "derivations": {"sympy"}}.get(room_of(module))


def test_libraries_stand_where_they_are_used() -> None:
    def strange(path: Path) -> set[str]:
        allowed = allowed_in(dotted(path))
        packages = {room_of(found.module) for found in imports_of(path)}
        return set() if allowed is None else packages - set(sys.stdlib_module_names) - set(BELOW) - allowed

    assert faults(strange) == {}


def test_nothing_is_kept_under_a_lock_of_its_own() -> None:
    """`functools.cached_property` has one up to Python 3.11, in which two threads wait for one another; the judge, which
    is asked by one thread, knows nothing of `analytics.exclusive`."""
    locked = [
        name_of(path)
        for path in MODULES
        if "judging" not in path.parts and "cached_property" in path.read_text(encoding="utf-8")
    ]
    assert locked == []


# Rule 5: a measurement knows no law.


MEASURING = (
    "fixed_point",
    "doubles",
    "engines",
    "lattice",
    "steady_states",
    "perturbations",
    "certificates",
    "tails",
    "landscapes",
    "observables",
)


@pytest.mark.parametrize("folder", MEASURING)
def test_measurement_knows_no_law(folder: str) -> None:
    paths = sorted((ROOT / "numerics" / folder).glob("*.py"))
    assert paths
    for path in paths:
        known = [found.module for found in imports_of(path)]
        assert not [
            name for name in known if name.startswith(("derivations", "analytics.law", "analytics.export"))
        ], name_of(path)


# Rule 6: small folders, short files, and folders that say what they are for.


INNER = sorted({path.parent for path in MODULES if path.parent.parent != ROOT})


@pytest.mark.parametrize("folder", INNER, ids=name_of)
def test_a_folder_says_what_it_is_for_and_no_more(folder: Path) -> None:
    tree = tree_of(folder / "__init__.py")
    assert ast.get_docstring(tree)
    assert len(tree.body) == 1


@pytest.mark.parametrize("folder", sorted({path.parent for path in MODULES}), ids=name_of)
def test_no_folder_is_crowded(folder: Path) -> None:
    files = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
    assert len(files) <= MOST_FILES.get(name_of(folder), FEW)


def test_no_module_is_long() -> None:
    def lines(path: Path) -> int:
        return len(path.read_text(encoding="utf-8").splitlines())

    assert {name_of(path): lines(path) for path in MODULES if lines(path) > LONGEST_MODULE} == {}


# Rule 7: dispatch by class, programs in files of their own.


def test_no_dispatch_by_the_name_of_a_class() -> None:
    def compared(path: Path) -> Iterator[int]:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.Compare | ast.Subscript | ast.Match):
                parts = ast.walk(node.subject if isinstance(node, ast.Match) else node)
                named = [part for part in parts if isinstance(part, ast.Attribute)]
                yield from (part.lineno for part in named if part.attr in {"__name__", "__qualname__"})

    assert faults(compared) == {}


PROGRAM = re.compile(
    r"^\s*(def \w+\(.*|import \w+|from [\w.]+ import .*|(static )?(double|int|void|complex|const) .*[;{]|#include .*|return\b.*"
    r"|function \w+\(.*|.*[;{])\s*$"
)
"""A line of Python, C or JavaScript."""


def test_no_program_is_inside_a_string() -> None:
    def programs(path: Path) -> Iterator[int]:
        nodes = list(ast.walk(tree_of(path)))
        documents = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
        texts = (node for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
        for node in texts:
            lines = sum(bool(PROGRAM.match(line)) for line in str(node.value).splitlines())
            if lines > 1 and id(node) not in documents:
                yield node.lineno

    assert faults(programs) == {}


# Rule 8: what is kept without end is asked for with whole numbers and names alone.


FEW_VALUES = {"int", "str", "type[sp.Function]"}


def test_no_cache_of_a_user_s_expressions_grows_without_end() -> None:
    def endless(path: Path) -> Iterator[str]:
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.FunctionDef) and "cache" in map(ast.unparse, node.decorator_list):
                kinds = {ast.unparse(a.annotation) for a in node.args.args if a.annotation}
                yield from (f"{node.name}: {kind}" for kind in sorted(kinds - FEW_VALUES))

    assert faults(endless) == {}


# Safety: nothing is evaluated, no precision is global, the front door opens at once.


EVALUATING = {"eval", "exec", "sympify", "parse_expr", "parse_latex", "literal_eval", "srepr", "compile"}
SERIALIZING = {"pickle", "dill", "shelve", "marshal", "cloudpickle", "joblib"}


def evaluates(call: ast.Call) -> bool:
    """Does a call make code or an expression of a text?"""
    if isinstance(call.func, ast.Name):
        return call.func.id in EVALUATING
    if not isinstance(call.func, ast.Attribute):
        return False
    first = call.args[0] if call.args else None
    is_text = isinstance(first, ast.Constant) and isinstance(first.value, str)
    return call.func.attr in EVALUATING - {"compile"} or (call.func.attr == "S" and is_text)


def test_nothing_is_evaluated_or_unpickled() -> None:
    def unsafe(path: Path) -> Iterator[object]:
        yield from {room_of(found.module) for found in imports_of(path)} & SERIALIZING
        calls = (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call))
        yield from (f"line {call.lineno}" for call in calls if evaluates(call))

    assert faults(unsafe) == {}


SHARED_PRECISIONS = {
    "flint.ctx.prec": {"analytics/balls/arithmetic.py"},
    "flint.ctx.cap": {"analytics/balls/arithmetic.py"},
    "flint.ctx.dps": set(),
    "ctx.prec": set(),
    "ctx.dps": set(),
    "mp.prec": {"analytics/exclusive.py"},
    "mp.dps": set(),
    "mp.workprec": set(),
    "mp.workdps": set(),
    "workprec": set(),
    "workdps": set(),
}
"""Precisions of the whole process, and how they are changed for a while -> where that is done, and undone."""


def test_no_precision_is_global() -> None:
    def changed(path: Path) -> set[str]:
        names: set[str] = set()
        for node in ast.walk(tree_of(path)):
            for target in node.targets if isinstance(node, ast.Assign) else []:
                parts = target.elts if isinstance(target, ast.Tuple) else [target]
                names |= {ast.unparse(part).removeprefix("mpmath.") for part in parts}
            if isinstance(node, ast.Call):
                names.add(ast.unparse(node.func).removeprefix("mpmath."))
        shared = names & SHARED_PRECISIONS.keys()
        return {name for name in shared if name_of(path) not in SHARED_PRECISIONS[name]}

    assert faults(changed) == {}


def loaded_by(statement: str) -> set[str]:
    """Top-level packages in memory after a statement, in an interpreter of its own."""
    probe = [sys.executable, "-c", f"import sys; {statement}; print(*sys.modules)"]
    found = subprocess.run(probe, capture_output=True, text=True, check=True, cwd=ROOT)
    return {room_of(name) for name in found.stdout.split()}


@pytest.mark.parametrize("module", ["derivations.theory", "analytics.law.law", "analytics.export.formats"])
def test_symbolic_work_loads_no_numerics(module: str) -> None:
    """flint is not in the list: SymPy itself imports it where it is installed."""
    assert not loaded_by(f"import {module}") & {"numpy", "scipy", "rich", "click"}


@pytest.mark.parametrize("statement", ["import nearcritical", "import nearcritical.cli.main"])
def test_the_front_door_opens_at_once(statement: str) -> None:
    heavy = {"sympy", "mpmath", "numpy", "scipy", "flint", "rich", "jinja2", "latex2mathml", "gmpy2"}
    assert not loaded_by(statement) & heavy


def test_every_public_name_is_there() -> None:
    import nearcritical

    assert nearcritical.__all__ == sorted(nearcritical.__all__)
    for name in nearcritical.__all__:
        assert getattr(nearcritical, name) is not None


def test_an_unknown_public_name_is_refused() -> None:
    import nearcritical

    with pytest.raises(AttributeError, match="no attribute 'derivative'"):
        _ = nearcritical.derivative
