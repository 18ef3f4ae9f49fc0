"""The rooms and their arrows: every import points down, measurement knows no theory, nothing is evaluated."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BELOW = {
    "analytics": set(),
    "derivations": {"analytics"},
    "numerics": {"analytics"},
    "nearcritical": {"analytics", "derivations", "numerics"},
}
"""Room -> the rooms it may import."""

LONGEST_MODULE = 500
MODULES = sorted(path for room in BELOW for path in (ROOT / room).rglob("*.py"))
NUMERICAL = {"numpy", "scipy", "mpmath", "flint"}
NUMERICAL_AT_THE_TOP = {
    "analytics/arrays/arithmetic.py": {"numpy", "scipy"},
    "analytics/arrays/functions.py": {"numpy"},
    "analytics/arrays/quadratic.py": {"numpy"},
    "analytics/arrays/search.py": {"numpy"},
    "analytics/evaluation/contexts.py": {"mpmath"},
    "analytics/law/compiled.py": {"numpy", "mpmath"},
    "analytics/expressions/intervals.py": {"mpmath"},
    "analytics/balls/arithmetic.py": {"flint", "mpmath"},
    "analytics/balls/inverse.py": {"flint"},
    "analytics/balls/rewriting.py": {"flint"},
    "analytics/balls/trees.py": {"flint"},
    "analytics/balls/waves.py": {"flint"},
    "analytics/balls/roots.py": {"flint"},
    "analytics/law/enclosed_values.py": {"flint", "mpmath"},
    "analytics/balls/ranges.py": {"flint"},
    "analytics/balls/span.py": {"flint"},
    "analytics/balls/steady_states.py": {"flint"},
    "analytics/arrays/wide.py": {"numpy"},
}
"""Modules of analytics that are about arrays or balls, which others import inside functions only."""

NUMERICAL_INSIDE = {
    "analytics/arrays/cancellation.py": {"numpy"},
    "numerics/trials/double_errors.py": {"numpy"},
    "analytics/exclusive.py": {"mpmath"},
}
"""Modules of analytics whose functions import these when they are called; everything else is SymPy alone."""

EVALUATING = {"eval", "exec", "sympify", "parse_expr", "parse_latex", "literal_eval", "srepr", "compile"}
SERIALIZING = {"pickle", "dill", "shelve", "marshal", "cloudpickle", "joblib"}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


every_module = pytest.mark.parametrize("path", MODULES, ids=name_of)


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(nodes: Iterator[ast.AST], path: Path) -> Iterator[str]:
    """Dotted names that import statements among `nodes` mention, in functions as well."""
    room = path.relative_to(ROOT).parts[0]
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = room if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            yield from (f"{module}.{alias.name}" for alias in node.names)


def loaded_by(statement: str) -> set[str]:
    """Top-level packages in memory after a statement, in an interpreter of its own."""
    probe = [sys.executable, "-c", f"import sys; {statement}; print(*sys.modules)"]
    found = subprocess.run(probe, capture_output=True, text=True, check=True, cwd=ROOT)
    return {name.partition(".")[0] for name in found.stdout.split()}


def test_there_are_modules_to_look_at() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in MODULES} == set(BELOW)


@every_module
def test_imports_point_down(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    rooms = {name.partition(".")[0] for name in imported(ast.walk(tree_of(path)), path)} & set(BELOW)
    assert rooms - {room} <= BELOW[room]


@every_module
def test_text_names_no_room_above(path: Path) -> None:
    """An import through importlib, by its text: only a room's own modules, or those below."""
    room = path.relative_to(ROOT).parts[0]
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            named = {part for part in BELOW if any(part in ast.unparse(argument) for argument in node.args)}
            assert named - {room} <= BELOW[room]


@every_module
def test_analytics_imports_sympy_and_the_standard_library(path: Path) -> None:
    if path.relative_to(ROOT).parts[0] != "analytics":
        assert "analytics" not in path.parts[-2:]
        return
    top, anywhere = (
        {name.partition(".")[0] for name in imported(nodes, path)} - set(sys.stdlib_module_names)
        for nodes in (iter(tree_of(path).body), ast.walk(tree_of(path)))
    )
    at_the_top = NUMERICAL_AT_THE_TOP.get(name_of(path), set())
    assert top - {"analytics", "sympy"} == at_the_top
    assert anywhere & NUMERICAL == at_the_top | NUMERICAL_INSIDE.get(name_of(path), set())


@pytest.mark.parametrize("module", ["derivations.theory", "analytics.law.law", "analytics.export.formats"])
def test_symbolic_work_loads_no_numerics(module: str) -> None:
    """flint is not in the list: SymPy itself imports it where it is installed."""
    assert not loaded_by(f"import {module}") & {"numpy", "scipy", "rich", "click"}


def test_measurement_knows_no_theory() -> None:
    """Nor through a law's module: observables and the simulation import none of what states a formula."""
    measuring = [
        path
        for folder in ("engines", "lattice", "steady_states", "perturbations", "tails", "observables")
        for path in (ROOT / "numerics" / folder).glob("*.py")
    ]
    for path in measuring:
        names = set(imported(ast.walk(tree_of(path)), path))
        assert not {name for name in names if name.startswith(("derivations", "analytics.law"))}, name_of(
            path
        )


@every_module
def test_no_module_is_long(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


@every_module
def test_nothing_is_evaluated_or_unpickled(path: Path) -> None:
    tree = tree_of(path)
    assert not {name.partition(".")[0] for name in imported(ast.walk(tree), path)} & SERIALIZING
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name):
            assert node.func.id not in EVALUATING, f"line {node.lineno}"
        if isinstance(node.func, ast.Attribute):
            assert node.func.attr not in EVALUATING - {"compile"}, f"line {node.lineno}"
            text = (
                isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
                if node.args
                else False
            )
            assert not (node.func.attr == "S" and text), f"line {node.lineno}: S of a text is sympify"


SHARED_PRECISIONS = {
    "flint.ctx.prec": {"analytics/balls/arithmetic.py"},
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


@every_module
def test_no_precision_is_global(path: Path) -> None:
    changed: set[str] = set()
    for node in ast.walk(tree_of(path)):
        for target in node.targets if isinstance(node, ast.Assign) else []:
            parts = target.elts if isinstance(target, ast.Tuple) else [target]
            changed |= {ast.unparse(part).removeprefix("mpmath.") for part in parts}
        if isinstance(node, ast.Call):
            changed.add(ast.unparse(node.func).removeprefix("mpmath."))
    assert {
        name for name in changed & SHARED_PRECISIONS.keys() if name_of(path) not in SHARED_PRECISIONS[name]
    } == set()


@pytest.mark.parametrize("statement", ["import nearcritical", "import nearcritical.cli"])
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
