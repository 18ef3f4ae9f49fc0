"""Linear equations J v = b for a J known by its action alone, linear over the reals.

A complex state of N sites is here a real vector of 2 N components with the inner product Re <a, b>: the
tangent of phi conjugates, so J is not linear over the complex numbers.
"""

from __future__ import annotations

from collections.abc import Sequence

from analytics.evaluation.mpmath_types import Operand
from numerics.engines.protocol import Engine, Linear, Scalar, Vector


def norm(engine: Engine, vector: Vector) -> Scalar:
    """sqrt(<v, v>)."""
    return engine.context.sqrt(engine.inner(vector, vector).real)


def solve(
    engine: Engine,
    operator: Linear,
    right_side: Vector,
    *,
    relative_tolerance: Operand,
    largest_dimension: int,
    rough_inverse: Linear | None = None,
) -> Vector:
    """GMRES: the v of smallest |b - J v| in span{b, Jb, J^2 b, ...}, which grows until the tolerance is met.

    Gram-Schmidt is modified; the least-squares problem is reduced by Givens rotations as it grows. Stops at
    `largest_dimension`, or where the space closes, whatever the residual: the caller judges.

    rough_inverse: P, about J^(-1), so that the space needs few dimensions. It need not be linear to the last digit:
    each P q of a direction q is kept, and v is a sum of them (flexible GMRES, Saad 1993).
    """
    context = engine.context
    size = norm(engine, right_side)
    if not size:
        return right_side
    basis = [engine.combine([1 / size], [right_side])]
    directions: list[Vector] = []  # those of v: the basis itself, or P of it
    rotations: list[tuple[Scalar, Scalar]] = []
    triangle: list[list[Scalar]] = []  # columns of the reduced Hessenberg matrix
    reduced = [size]  # the rotated right side; its last entry is the residual
    while len(triangle) < largest_dimension and abs(reduced[-1]) > relative_tolerance * size:
        directions.append(rough_inverse(basis[-1]) if rough_inverse else basis[-1])
        image = operator(directions[-1])
        column = []
        for unit in basis:
            overlap = engine.inner(unit, image).real
            image = engine.combine([1, -overlap], [image, unit])
            column.append(overlap)
        rest = norm(engine, image)
        for row, (cosine, sine) in enumerate(rotations):
            upper, lower = column[row], column[row + 1]
            column[row], column[row + 1] = cosine * upper + sine * lower, cosine * lower - sine * upper
        length = context.hypot(column[-1], rest)
        if not length:
            break
        cosine, sine = column[-1] / length, rest / length
        rotations.append((cosine, sine))
        triangle.append([*column[:-1], length])
        reduced[-1:] = [cosine * reduced[-1], -sine * reduced[-1]]
        if not rest:
            break
        basis.append(engine.combine([1 / rest], [image]))
    coefficients = _back_substitution(triangle, reduced)
    if coefficients:
        return engine.combine(coefficients, directions[: len(coefficients)])
    return engine.combine([context.mpf(0)], [right_side])


def _back_substitution(columns: Sequence[Sequence[Scalar]], right_side: Sequence[Scalar]) -> list[Scalar]:
    """The y with sum_j columns[j] y_j = right_side, columns[j] having entries 0 ... j."""
    solution = list(right_side[: len(columns)])
    for j in reversed(range(len(columns))):
        solution[j] = solution[j] / columns[j][j]
        for i in range(j):
            solution[i] = solution[i] - columns[j][i] * solution[j]
    return solution
