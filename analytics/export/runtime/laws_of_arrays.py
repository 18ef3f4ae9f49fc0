"""Laws of a network.

Functions of arrays, which broadcast; several values stand along a new first axis, and of numbers a number is returned.
Accurate to a few units in the last place, for arguments that are 0 or of a size between 1e-40 and 1e18;
NaN where there is no value, and at a fold of several steady states, of which the lowest is taken; a pole is infinite.
Time is in steps, length in lattice sites, wavenumber in rad/site, frequency in rad/step.
"""

import functools
import inspect
import math

import numpy


def _of_arrays(function):
    """The function of rows of doubles as one of numbers and arrays, which broadcast."""
    signature = inspect.signature(function)

    @functools.wraps(function)
    def broadcast(*values, **named):
        given = signature.bind(*values, **named)
        given.apply_defaults()
        arrays = [numpy.asarray(value, dtype=float) for value in given.arguments.values()]
        shape = numpy.broadcast_shapes(*(array.shape for array in arrays))
        rows = [numpy.broadcast_to(array, shape).ravel() for array in arrays]
        ordinary = numpy.full(math.prod(shape), True)
        for row in rows:
            # of such sizes no power up to the 7th vanishes, and none up to the 17th overflows
            ordinary &= (row == 0) | ((abs(row) >= 1e-40) & (abs(row) <= 1e18))
        with numpy.errstate(all="ignore"):
            found = function(*rows)
        entries = found if isinstance(found, tuple) else (found,)
        stacked = numpy.stack([numpy.broadcast_to(entry, ordinary.shape) for entry in entries])
        stacked = numpy.where(ordinary, stacked, numpy.nan).reshape(len(entries), *shape)
        return (stacked if isinstance(found, tuple) else stacked[0])[()]

    return broadcast


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
    return numpy.where(y > 0.0, y - (y**degree - x) / (degree * y ** (degree - 1)), y)


def _each(function, x):
    """A function of one number at each element of x."""
    return numpy.array(list(map(function, numpy.ravel(x).tolist()))).reshape(numpy.shape(x))


def _erf(x):
    """Error function."""
    return _each(math.erf, x)


def _erfc(x):
    """Complementary error function."""
    return _each(math.erfc, x)


def _erfinv(x):
    """Inverse error function: Halley's method from Winitzki's formula, by erfc in the tail."""
    size = abs(x)
    tail = 1.0 - size
    log = numpy.log(tail * (1.0 + size))
    half = 4.330746750799873 + log / 2
    y = numpy.sqrt(numpy.sqrt(half * half - log / 0.147) - half)
    y = numpy.where(size < 1e-3, 0.886226925452758 * size, y)
    for _ in range(3):
        miss = numpy.where(tail < 0.5, tail - _erfc(y), _erf(y) - size)
        step = 0.886226925452758 * numpy.exp(y * y) * miss
        y = y - step / (1.0 + y * step)
    return numpy.copysign(numpy.where(size < 1.0, y, numpy.where(size == 1.0, numpy.inf, numpy.nan)), x)


def _share(terms):
    """Their sum over the sum of their absolute values: the sign of the sum, and how far it is from 0."""
    total, scale = sum(terms), sum(map(abs, terms))
    return numpy.where(total == 0.0, 0.0, total / scale)


def _side(share):
    """The sign of a residual, that of 0 positive; 0 where it has no value."""
    return numpy.where(numpy.isnan(share), 0, numpy.where(share >= 0.0, 1, -1))


def _between(residual, newest, opposite):
    """Roots between positive points where the signs differ: secants in the logarithm of the point, and bisection.

    NaN where the residual has no value on the way.

    The point that stays counts half each time it does; the share of a power law is tanh of a straight line.
    """

    def height(x):
        return numpy.arctanh(numpy.clip(residual(x), -1.0 + 1e-15, 1.0 - 1e-15))

    at_newest, at_opposite = height(newest), height(opposite)
    for turn in range(240):
        width = abs(numpy.log(opposite / newest))
        done = ~(width > 2.0**-51) | (at_newest == 0.0) | numpy.isnan(at_newest)
        if done.all():
            break
        place = at_newest / (at_newest - at_opposite)
        place = numpy.where(numpy.isfinite(place) & (turn % 4 < 3), place, 0.5)
        edge = numpy.minimum(2.0**-52 / width, 0.5)
        trial = newest * (opposite / newest) ** numpy.clip(place, edge, 1.0 - edge)
        at_trial = height(trial)
        same = (at_trial >= 0.0) == (at_newest >= 0.0)
        opposite = numpy.where(done | same, opposite, newest)
        at_opposite = numpy.where(done | same, at_opposite / 2, at_newest)
        newest = numpy.where(done, newest, numpy.where(numpy.isnan(at_trial), numpy.nan, trial))
        at_newest = numpy.where(done, at_newest, at_trial)
    return newest


def _knots(low, high):
    """The steps of a scan, each an end of the interval, the direction from there and the distance.

    Beside them the indices of those that are looked at first; between them the sign changes once at most.
    """
    if math.isinf(high):
        knots = [(low, 1.0, 10.0**k) for k in range(-300, -3)]
        first = len(knots)
        knots += [(low, 1.0, 10.0 ** (k / 4)) for k in range(-12, 13)]
        last = len(knots) - 1
        knots += [(low, 1.0, 10.0**k) for k in range(4, 300)]
        beyond = [last + 4, last + 16, last + 48, last + 140, len(knots) - 1]
    else:
        width = high - low
        knots = [(low, 1.0, width * 10.0**k) for k in range(-300 if low == 0.0 else -16, -1)]
        first = len(knots) - 2
        knots += [(low, 1.0, width * k / 16) for k in range(1, 9)]
        knots += [(high, -1.0, width * k / 16) for k in range(8, 0, -1)]
        last = len(knots) - 1
        knots += [(high, -1.0, width * 10.0**-k) for k in range(2, 16)] + [(high, -1.0, width * 2.0**-53)]
        beyond = [len(knots) - 1]
    return knots, [0, *range(first, last + 1), *beyond]


def _solve(residual, low, high, top, low_is_closed, pole):
    """The first root between low and high: a scan, halved where it is coarse, then `_between`.

    top is the last double in the interval, pole the sign of the residual where it is unbounded there, or 0.
    """
    knots, scanned = _knots(low, high)
    end, sign, distance = map(numpy.array, zip(*knots))

    def side(index):
        return _side(residual(end[index] + sign[index] * distance[index]))

    at_low = numpy.atleast_1d(residual(numpy.float64(low)))
    before = numpy.zeros(at_low.shape, dtype=int)
    known = left = right = before - 1
    for index in scanned:
        now = side(index)
        crossed = (now * before < 0) & (right < 0)
        left, right = numpy.where(crossed, known, left), numpy.where(crossed, index, right)
        before, known = numpy.where(now == 0, before, now), numpy.where(now == 0, known, index)
    found, inside = numpy.full(at_low.shape, numpy.nan), right >= 0
    if not math.isinf(high):
        beyond = numpy.sign(pole) if pole else _side(residual(numpy.float64(high)))
        found = numpy.where(before * beyond < 0, top, found)
    if inside.any():
        at_left = side(left)
        while (right - left > 1).any():
            middle = (left + right) // 2
            same = (middle > left) & (side(middle) == at_left)
            left, right = numpy.where(same, middle, left), numpy.where(same | (middle == left), right, middle)
        start, direction = end[right], sign[right]
        far = numpy.where(end[left] == start, distance[left], high - low - distance[left])
        root = start + direction * _between(lambda x: residual(start + direction * x), distance[right], far)
        is_known = side(right) * at_left < 0
        found = numpy.where(inside, numpy.where(is_known, numpy.minimum(root, top), numpy.nan), found)
    return numpy.where((at_low == 0.0) & low_is_closed, low, found)


def _lowest(residual, bend, level, knots):
    """The lowest positive root of an equation whose side turns where bend = level, once between two knots at most.

    NaN where it turns at the root to within rounding.
    """
    at_rest = numpy.atleast_1d(residual(numpy.float64(0.0)))
    found = numpy.where(at_rest == 0.0, 0.0, numpy.nan)
    done, low = at_rest == 0.0, numpy.full(at_rest.shape, 1e-300)
    side = _side(residual(low))
    for index in range(1, len(knots)):
        left, right = (numpy.full(low.shape, knot) for knot in knots[index - 1 : index + 1])
        rising = bend(right) > level
        turns = (bend(left) > level) != rising
        for _ in range(60):
            middle = numpy.sqrt(left * right)
            above = (bend(middle) > level) == rising
            left, right = numpy.where(above, left, middle), numpy.where(above, middle, right)
        share = residual(right)
        done |= turns & (abs(share) < 2.0**-48)
        crossed = turns & ~done & (_side(share) != side)
        if crossed.any():
            found = numpy.where(crossed, _between(residual, right, low), found)
            done |= crossed
        low = numpy.where(turns, right, low)
    return numpy.where(done, found, _solve(residual, 0.0, math.inf, math.inf, True, 0))


def _near_log(x, excess):
    """ln x for excess = x - 1."""
    return numpy.where(abs(excess) < 0.5, numpy.log1p(excess), numpy.log(x))


def _smaller_difference(a, b, c, d):
    """a - b = c - d, from the two whose sum is smaller."""
    return numpy.where(a + b <= c + d, a - b, c - d)


def _complex_sqrt(x):
    """Square root, complex of a real number too."""
    return numpy.sqrt(numpy.asarray(x, dtype=complex))


def _quadratic(half, product, square):
    """Both roots of x**2 - 2 half x + product = 0, for square = 1 - product / half**2.

    The larger modulus first; of equal ones that to the left of the direction of half.
    """
    half, product, square = (numpy.asarray(x, dtype=complex) for x in (half, product, square))
    root = numpy.sqrt(-product)
    root = numpy.where(root.imag < 0.0, -root, root)
    opposite = abs(half) <= 2.0**-50 * numpy.sqrt(abs(product))
    turning = (square.real < 0.0) & (abs(square.imag) <= 2.0**-30 * abs(square))
    distance = numpy.where(turning, 1j * numpy.sqrt(-square.real), numpy.sqrt(square))
    first = half * (1.0 + distance)
    second = numpy.where(turning, half * (1.0 - distance), product / first)
    return numpy.where(opposite, root, first), numpy.where(opposite, -root, second)
