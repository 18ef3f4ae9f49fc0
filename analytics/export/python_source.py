"""Laws as a Python module that needs the standard library only."""

from __future__ import annotations

import re
from collections.abc import Sequence
from textwrap import fill, wrap
from typing import ClassVar

import sympy as sp

from analytics.arrays.cancellation import Piece
from analytics.export.program import (
    Inverse,
    Roots,
    Routine,
    Search,
    Source,
    described,
    formula,
    left_out,
    notes,
    routines,
)
from analytics.law.law import Law

HEADER = '''"""{title}

Accurate to a few units in the last place, small arguments included, for inputs between 1e-140 and 1e140;
a law that uses the value of another one loses what the rounding of that value costs near saturation.
Several values are returned as a tuple.
Time is in steps, length in lattice sites, wavenumber in rad/site, frequency in rad/step.
"""

import cmath
import math
'''

CHEBYSHEV = '''

def _chebyshev(coefficients, t, low, high):
    """Chebyshev sum on [low, high], by Clenshaw's recurrence."""
    twice = (t - (high + low) / 2) * (4 / (high - low))
    ahead = two_ahead = 0.0
    for coefficient in reversed(coefficients[1:]):
        ahead, two_ahead = coefficient + twice * ahead - two_ahead, ahead
    return coefficients[0] + twice / 2 * ahead - two_ahead
'''

ROOT = '''

def _root(x, degree):
    """The real root of x >= 0, one step of Newton's method beyond the power."""
    y = x ** (1.0 / degree)
    return y - (y**degree - x) / (degree * y ** (degree - 1)) if y > 0.0 else y
'''

ERFINV = '''

def _erfinv(x):
    """Inverse error function: Newton's method, by erfc in the tail."""
    if x < 0.0:
        return -_erfinv(-x)
    if x == 0.0 or x >= 1.0:
        return x if x == 0.0 else math.inf
    tail = 1.0 - x
    y = math.sqrt(-math.log(tail)) if tail < 0.5 else 0.886226925452758 * x
    for _ in range(8):
        scale = 0.886226925452758 * math.exp(y * y)
        if tail < 0.5:
            y += math.erfc(y) * scale * math.log(math.erfc(y) / tail)
        else:
            y += (x - math.erf(y)) * scale
    return y
'''

SOLVE = '''

def _share(terms):
    """Their sum over the sum of their absolute values: the sign of the sum, and how far it is from 0."""
    total, scale = math.fsum(terms), math.fsum(map(abs, terms))
    return total / scale if total else 0.0


def _solve(residual, low, high, top, low_is_closed, pole):
    """The first root between low and high: a scan by decades from both ends, then bisection.

    top is the last double in the interval, pole the sign of the residual where it is unbounded there, or 0.
    """

    def is_positive(x):
        try:
            share = residual(x)
        except (ArithmeticError, ValueError):
            return None
        return None if math.isnan(share) else share >= 0.0

    if low_is_closed and residual(low) == 0.0:
        return low
    if math.isinf(high):
        knots = [(low, 1.0, 10.0**k) for k in range(-300, -3)]
        knots += [(low, 1.0, 10.0 ** (k / 4)) for k in range(-12, 13)]
        knots += [(low, 1.0, 10.0**k) for k in range(4, 300)]
    else:
        width = high - low
        knots = [(low, 1.0, width * 10.0**k) for k in range(-300 if low == 0.0 else -16, -1)]
        knots += [(low, 1.0, width * k / 16) for k in range(1, 9)]
        knots += [(high, -1.0, width * k / 16) for k in range(8, 0, -1)]
        knots += [(high, -1.0, width * 10.0**-k) for k in range(2, 16)] + [(high, -1.0, width * 2.0**-53)]
    before, known = None, None
    for end, sign, distance in knots:
        now = is_positive(end + sign * distance)
        if now is None:
            continue
        if known is not None and now != known:
            near, far = distance, before[2] if before[0] == end else width - before[2]
            while abs(far - near) > 2e-16 * near:
                middle = math.sqrt(near) * math.sqrt(far)
                if middle in (near, far):
                    break
                if is_positive(end + sign * middle) == now:
                    near = middle
                else:
                    far = middle
            return min(end + sign * near, top)
        before, known = (end, sign, distance), now
    beyond = pole > 0 if pole else is_positive(high)
    if known is not None and math.isfinite(high) and beyond is not None and beyond != known:
        return top
    raise ValueError("no root between {} and {}".format(low, high))
'''


NEAR_LOG = '''

def _near_log(x, excess):
    """ln x for excess = x - 1."""
    return math.log1p(excess) if abs(excess) < 0.5 else math.log(x)
'''

QUADRATIC = '''

def _quadratic(half, product, square):
    """Both roots of x**2 - 2 half x + product = 0, for square = 1 - product / half**2.

    The larger modulus first; of equal ones that to the left of the direction of half.
    """
    half, product, square = complex(half), complex(product), complex(square)
    if abs(half) <= 2.0**-50 * math.sqrt(abs(product)):
        root = cmath.sqrt(-product)
        return (-root, root) if root.imag < 0.0 else (root, -root)
    if square.real < 0.0 and abs(square.imag) <= 2.0**-30 * abs(square):
        distance = 1j * math.sqrt(-square.real)
        return (half * (1.0 + distance), half * (1.0 - distance))
    first = half * (1.0 + cmath.sqrt(square))
    return (first, product / first)
'''


class PythonSource(Source):
    functions: ClassVar[dict[str, str]] = {
        "sqrt": "math.sqrt",
        "power": "math.pow",
        "root": "_root",
        "Abs": "abs",
        "erfinv": "_erfinv",
        "Min": "min",
        "Max": "max",
        "near_log": "_near_log",
        "complex_sqrt": "cmath.sqrt",
        **{
            name: f"math.{name}" for name in "exp log sin cos tan asin acos atan atan2 sinh cosh tanh".split()
        },
        **{name: f"math.{name}" for name in "asinh acosh atanh erf erfc".split()},
    }
    complex_functions: ClassVar[dict[str, str]] = {
        name: f"cmath.{name}" for name in "exp log sqrt sin cos tan sinh cosh tanh".split()
    }
    root_functions: ClassVar[dict[int, str]] = {2: "math.sqrt", 3: "math.cbrt"}

    def complex_number(self, value: complex) -> str:
        return repr(value)

    def power(self, base: sp.Expr, exponent: int) -> str:
        written = self.write(base)
        return (
            f"{written}**{exponent}" if base.is_Symbol or base.is_Function else f"({written}) ** {exponent}"
        )

    def raised(self, written: str, exponent: int) -> str:
        return f"{written}**{exponent}"

    def choice(self, condition: str, chosen: str, otherwise: str) -> str:
        return f"({chosen} if {condition} else {otherwise})"


def python_source(laws: Sequence[Law]) -> str:
    """A module with one documented function per law, its arguments in the order of the law's parameters."""
    source = PythonSource()
    parts = [_routine(source, entry) for entry in routines(laws)]
    body = "".join(parts)
    networks = sorted({law.network.name for law in laws})
    title = f"Laws of the network{'s' * (len(networks) > 1)} {', '.join(networks)}."
    helpers = [helper for name, helper in _HELPERS.items() if re.search(rf"\b{name}\(", body)]
    header = HEADER.format(title=title)
    if not re.search(r"\bcmath\.|_quadratic\(", body):
        header = header.replace("import cmath\n", "")
    missing = "".join(f"\n# {fill(line, 98, subsequent_indent='# ')}\n" for line in left_out(laws))
    return header + missing + "".join(helpers) + body


_HELPERS = {
    "_chebyshev": CHEBYSHEV,
    "_root": ROOT,
    "_erfinv": ERFINV,
    "_solve": SOLVE,
    "_near_log": NEAR_LOG,
    "_quadratic": QUADRATIC,
}


def _routine(source: PythonSource, entry: Routine) -> str:
    lines: list[str] = []
    for inverse in entry.inverses:
        lines += _inverse(source, inverse)
    for piece in entry.pieces:
        lines += _piece(source, piece)
    lines += _signature(source, entry)
    for symbol, name, arguments in entry.calls:
        lines.append(f"    {symbol} = {name}({', '.join(map(str, arguments))})")
    body = entry.body
    if isinstance(body, Search):
        lines += _search(source, body)
        results = [source.write(body.result)]
    else:
        for symbol, expression in body.shared:
            if source.is_complex(expression):
                source.complex_names.add(symbol)
            lines.append(f"    {symbol} = {source.write(expression)}")
        results = [source.write(expression) for expression in body.entries]
    if isinstance(body, Roots):
        lines.append(f"    return _quadratic({', '.join(results)})")
    elif len(results) > 1:
        lines += ["    return (", *(f"        {result}," for result in results), "    )"]
    elif entry.period is None:
        lines.append(f"    return {results[0]}")
    else:
        length, end = entry.period
        lines.append(f"    angle = {results[0]}")
        lines.append(f"    return angle - {length!r} * math.ceil((angle - {end!r}) / {length!r})")
    source.complex_names.clear()
    return "\n".join(lines) + "\n"


def _search(source: PythonSource, body: Search) -> list[str]:
    ends = f"{_float(body.low)}, {_float(body.high)}, {_float(body.top)}, {body.low_is_closed}, {body.pole}"
    return [
        "",
        f"    def residual({body.unknown}):",
        "        return _share(",
        "            [",
        *(f"                {source.write(term)}," for term in body.terms),
        "            ]",
        "        )",
        "",
        f"    {body.unknown} = _solve(residual, {ends})",
    ]


def _float(number: float) -> str:
    return "math.inf" if number == float("inf") else repr(number)


def _signature(source: PythonSource, entry: Routine) -> list[str]:
    law = entry.law
    arguments: list[str] = []
    trailing = True  # Python allows a default only where all later arguments have one
    for parameter in reversed(law.parameters):
        trailing = trailing and parameter.default is not None
        default = f"={source.number(parameter.default)}" if trailing else ""
        arguments.insert(0, parameter.name + default)
    lines = ["", "", f"def {entry.name}({', '.join(arguments)}):"]
    lines += [f'    """{law.meaning[:1].upper()}{law.meaning[1:]}.', ""]
    lines += [f"    {part}" for line in formula(law) for part in wrap(line, 96, subsequent_indent="    ")]
    lines.append("")
    for parameter in law.parameters:
        unit = f", in {parameter.unit}" if parameter.unit else ""
        lines.append(f"    {parameter.name}: {parameter.meaning}{unit}.")
    lines += [f"    {note}." for note in notes(law)]
    lines.append('    """')
    return lines


def _piece(source: PythonSource, piece: Piece) -> list[str]:
    table = f"_{piece.name.upper()}"
    square = "x * x" if piece.even else "x"
    power = "" if piece.power == 0 else "x * " if piece.power == 1 else f"x**{piece.power} * "
    lines = ["", "", f"{table} = ("]
    lines += [f"    {coefficient!r}," for coefficient in piece.coefficients]
    lines += [")", "", "", f"def {piece.name}(x):", f"    # {described(piece)}"]
    lines += [f"    t = {square}", f"    if {piece.low!r} <= t <= {piece.high!r}:"]
    lines += [f"        return {power}_chebyshev({table}, t, {piece.low!r}, {piece.high!r})"]
    lines += [f"    return {source.write(piece.direct)}"]
    return lines


def _inverse(source: PythonSource, inverse: Inverse) -> list[str]:
    symbol = inverse.symbol
    return [
        "",
        "",
        f"def {inverse.name}(x):",
        '    """The drive from which the profile gives x."""',
        "    if abs(x) < 1e-12:",
        "        return x",
        "    if x < 0.0:",
        f"        return -{inverse.name}(-x)",
        "",
        f"    def residual({symbol}):",
        f"        return _share([{source.write(inverse.profile)}, -x])",
        "",
        "    return _solve(residual, 0.0, math.inf, math.inf, False, 0)",
    ]
