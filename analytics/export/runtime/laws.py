"""Laws of a network.

Accurate to a few units in the last place, for arguments that are 0 or of a size between 1e-40 and 1e18;
NaN where there is no value, at a pole, and at a fold of several steady states, of which the lowest is taken.
Several values are returned as a tuple; arrays broadcast, and several values then stand along a new first axis.
Time is in steps, length in lattice sites, wavenumber in rad/site, frequency in rad/step.
"""

import cmath
import functools
import math


def _of_arrays(count):
    """A function of numbers, with so many values, as one of arrays too, which broadcast.

    Several values stand along a new first axis. What is not there is NaN. Arrays need NumPy; numbers need the standard
    library alone.
    """
    nothing = (math.nan,) * count if count > 1 else math.nan

    def decorated(function):
        def at(*values, **named):
            try:
                return function(*values, **named)
            except (ArithmeticError, ValueError):
                return nothing

        @functools.wraps(function)
        def of_either(*values, **named):
            given = [*values, *named.values()]
            if not any(isinstance(value, (list, tuple)) or getattr(value, "ndim", 0) for value in given):
                return at(*values, **named)
            import numpy

            arrays = numpy.broadcast_arrays(*given)
            points = zip(*(array.ravel().tolist() for array in arrays))
            found = [at(*point[: len(values)], **dict(zip(named, point[len(values) :]))) for point in points]
            shape = arrays[0].shape
            return numpy.array(found).T.reshape(*([count] if count > 1 else []), *shape)

        return of_either

    return decorated


def _chebyshev(coefficients, t, low, high):
    """Chebyshev sum on [low, high], by Clenshaw's recurrence."""
    twice = (t - (high + low) / 2) * (4 / (high - low))
    ahead = two_ahead = 0.0
    for coefficient in reversed(coefficients[1:]):
        ahead, two_ahead = coefficient + twice * ahead - two_ahead, ahead
    return coefficients[0] + twice / 2 * ahead - two_ahead


def _root(x, degree):
    """The real root of x >= 0, one step of Newton's method beyond the power."""
    y = x ** (1.0 / degree)
    return y - (y**degree - x) / (degree * y ** (degree - 1)) if y > 0.0 else y


def _exp(x):
    """Infinite where it overflows."""
    return math.exp(x) if x < 709.78 else math.inf


def _sinh(x):
    """Infinite where it overflows."""
    return math.sinh(x) if abs(x) < 710.47 else math.copysign(math.inf, x)


def _cosh(x):
    """Infinite where it overflows."""
    return math.cosh(x) if abs(x) < 710.47 else math.inf


def _raised(x, exponent):
    """A whole power, infinite where it overflows."""
    try:
        return x**exponent
    except OverflowError:
        return math.inf if x > 0.0 or exponent % 2 == 0 else -math.inf


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


def _share(terms):
    """Their sum over the sum of their absolute values: the sign of the sum, and how far it is from 0."""
    total, scale = math.fsum(terms), math.fsum(map(abs, terms))
    return total / scale if total else 0.0


def _between(is_positive, end, sign, near, far):
    """The root end + sign * x for x between near and far, where the signs differ: bisection of the logarithm of x.

    NaN where the residual has no value on the way.
    """
    now = is_positive(end + sign * near)
    while abs(far - near) > 2e-16 * near:
        middle = math.sqrt(near) * math.sqrt(far)
        if middle in (near, far):
            break
        side = is_positive(end + sign * middle)
        if side is None:
            return math.nan
        if side == now:
            near = middle
        else:
            far = middle
    return end + sign * near


def _is_positive(residual, x):
    """The sign of the residual; None where it has no value."""
    try:
        share = residual(x)
    except (ArithmeticError, ValueError):
        return None
    return None if math.isnan(share) else share >= 0.0


def _solve(residual, low, high, top, low_is_closed, pole):
    """The first root between low and high: a scan by decades from both ends, then bisection.

    top is the last double in the interval, pole the sign of the residual where it is unbounded there, or 0.
    """

    def is_positive(x):
        return _is_positive(residual, x)

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
    before, known = knots[0], None
    for end, sign, distance in knots:
        now = is_positive(end + sign * distance)
        if now is None:
            continue
        if known is not None and now != known:
            far = before[2] if before[0] == end else width - before[2]
            return min(_between(is_positive, end, sign, distance, far), top)
        before, known = (end, sign, distance), now
    beyond = pole > 0 if pole else is_positive(high)
    if known is not None and math.isfinite(high) and beyond is not None and beyond != known:
        return top
    raise ValueError(f"no root between {low} and {high}")


def _lowest(residual, bend, level, knots):
    """The lowest positive root of an equation whose side turns where bend = level, once between two knots at most.

    NaN where it turns at the root to within rounding.
    """

    def is_positive(x):
        return _is_positive(residual, x)

    if residual(0.0) == 0.0:
        return 0.0
    low = 1e-300
    side = is_positive(low)
    for index in range(1, len(knots)):
        left, right = knots[index - 1], knots[index]
        rising = bend(right) > level
        if (bend(left) > level) == rising:
            continue
        for _ in range(60):
            middle = math.sqrt(left * right)
            if (bend(middle) > level) == rising:
                right = middle
            else:
                left = middle
        if abs(residual(right)) < 2.0**-48:
            return math.nan
        if is_positive(right) != side:
            return _between(is_positive, 0.0, 1.0, right, low)
        low = right
    return _solve(residual, 0.0, math.inf, math.inf, True, 0)


def _is_ordinary(x):
    """Is it 0, or of a size of which no power up to the 7th vanishes, and none up to the 17th overflows?"""
    return x == 0 or 1e-40 <= abs(x) <= 1e18


def _near_log(x, excess):
    """ln x for excess = x - 1."""
    return math.log1p(excess) if abs(excess) < 0.5 else math.log(x)


def _smaller_difference(a, b, c, d):
    """a - b = c - d, from the two whose sum is smaller."""
    return a - b if a + b <= c + d else c - d


def _sign(x):
    """-1, 0 or 1."""
    return float((x > 0.0) - (x < 0.0))


def _real(z):
    """Real part."""
    return complex(z).real


def _imaginary(z):
    """Imaginary part."""
    return complex(z).imag


def _conjugate(z):
    """Complex conjugate."""
    return complex(z).conjugate()


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
