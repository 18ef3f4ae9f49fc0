/* Laws of a network.
 *
 * Accurate to a few units in the last place, for arguments that are 0 or of a size between 1e-40 and 1e18;
 * NaN where there is no value, and at a fold of several steady states, of which the lowest is taken.
 * Time is in steps, length in lattice sites, wavenumber in rad/site, frequency in rad/step.
 * A law of several values writes them to `out`. C99; link with -lm.
 */

#include <complex.h>
#include <math.h>

/* Chebyshev sum on [low, high], by Clenshaw's recurrence. */
static double chebyshev(const double *coefficients, int terms, double t, double low, double high)
{
    const double twice = (t - (high + low) / 2.0) * (4.0 / (high - low));
    double ahead = 0.0, two_ahead = 0.0;
    int index;
    for (index = terms - 1; index > 0; --index) {
        const double here = coefficients[index] + twice * ahead - two_ahead;
        two_ahead = ahead;
        ahead = here;
    }
    return coefficients[0] + twice / 2.0 * ahead - two_ahead;
}

/* The real root of x >= 0, one step of Newton's method beyond the power. */
static double root(double x, int degree)
{
    const double y = pow(x, 1.0 / degree);
    return y > 0.0 ? y - (pow(y, degree) - x) / (degree * pow(y, degree - 1)) : y;
}

/* Inverse error function: Newton's method, by erfc in the tail. */
static double erfinv(double x)
{
    const double tail = 1.0 - x;
    double y;
    int step;
    if (x < 0.0)
        return -erfinv(-x);
    if (x == 0.0 || x >= 1.0)
        return x == 0.0 ? x : HUGE_VAL;
    y = tail < 0.5 ? sqrt(-log(tail)) : 0.886226925452758 * x;
    for (step = 0; step < 8; ++step) {
        const double scale = 0.886226925452758 * exp(y * y);
        if (tail < 0.5)
            y += erfc(y) * scale * log(erfc(y) / tail);
        else
            y += (x - erf(y)) * scale;
    }
    return y;
}

typedef double residual_function(double unknown, const double *given);

/* The sum of the terms over the sum of their absolute values. */
static double share(const double *terms, int count)
{
    double total = 0.0, scale = 0.0;
    int index;
    for (index = 0; index < count; ++index) {
        total += terms[index];
        scale += fabs(terms[index]);
    }
    return total == 0.0 ? 0.0 : total / scale;
}

/* Distance from an end of [low, high] at which the scan stands in its step number `index`; 0 behind the last.
 * Steps lead from 1e-300 above low by decades, slowly through the middle, and on to high. */
static double knot(int index, double low, double high, double *end, double *sign)
{
    const double width = high - low;
    *end = low;
    *sign = 1.0;
    if (index < 297)
        return pow(10.0, index - 300) * (isinf(high) ? 1.0 : width);
    index -= 297;
    if (isinf(high)) {
        if (index < 25)
            return pow(10.0, (index - 12) / 4.0);
        return index < 321 ? pow(10.0, index - 21) : 0.0;
    }
    if (index < 2)
        return width * pow(10.0, index - 3);
    index -= 2;
    if (index < 8)
        return width * (index + 1) / 16.0;
    *end = high;
    *sign = -1.0;
    index -= 8;
    if (index < 8)
        return width * (8 - index) / 16.0;
    index -= 8;
    if (index < 14)
        return width * pow(10.0, -2 - index);
    return index == 14 ? width * pow(2.0, -53) : 0.0;
}

/* The root end + sign * x for x between near and far, where the signs differ: bisection of the logarithm of x.
 * NaN where the residual has no value on the way. */
static double between(residual_function *residual, const double *given, double end, double sign, double near,
                      double far)
{
    const int now = residual(end + sign * near, given) >= 0.0;
    while (fabs(far - near) > 2e-16 * near) {
        const double middle = sqrt(near) * sqrt(far);
        double here;
        if (middle == near || middle == far)
            break;
        here = residual(end + sign * middle, given);
        if (isnan(here))
            return NAN;
        if ((here >= 0.0) == now)
            near = middle;
        else
            far = middle;
    }
    return end + sign * near;
}

/* The first root between low and high, NaN if there is none: a scan by decades, then bisection.
 * top is the last double in the interval, pole the sign of the residual where it is unbounded there, or 0. */
static double solve(residual_function *residual, const double *given, double low, double high,
                    double top, int low_is_closed, int pole)
{
    double end, sign, distance, last_end = low, last_distance = 0.0, beyond;
    int index, known = -1;
    if (low_is_closed && residual(low, given) == 0.0)
        return low;
    for (index = 0; (distance = knot(index, low, high, &end, &sign)) > 0.0; ++index) {
        const double here = residual(end + sign * distance, given);
        const int now = here >= 0.0;
        if (isnan(here))
            continue;
        if (known >= 0 && now != known) {
            const double far = last_end == end ? last_distance : (high - low) - last_distance;
            const double root = between(residual, given, end, sign, distance, far);
            return root > top ? top : root;
        }
        known = now;
        last_end = end;
        last_distance = distance;
    }
    beyond = pole != 0 ? (double)pole : residual(high, given);
    if (known >= 0 && !isinf(high) && !isnan(beyond) && (beyond >= 0.0) != known)
        return top;
    return NAN;
}

typedef double bend_function(double unknown);

/* The lowest positive root of an equation whose side turns where bend = level, once between two knots at most.
 * NaN where it turns at the root to within rounding. */
static double lowest(residual_function *residual, const double *given, bend_function *bend, double level,
                     const double *knots, int count)
{
    double low = 1e-300;
    const int side = residual(low, given) >= 0.0;
    int index, step;
    if (residual(0.0, given) == 0.0)
        return 0.0;
    for (index = 1; index < count; ++index) {
        double left = knots[index - 1], right = knots[index], there;
        const int rising = bend(right) > level;
        if ((bend(left) > level) == rising)
            continue;
        for (step = 0; step < 60; ++step) {
            const double middle = sqrt(left * right);
            if ((bend(middle) > level) == rising)
                right = middle;
            else
                left = middle;
        }
        there = residual(right, given);
        if (fabs(there) < ldexp(1.0, -48))
            return NAN;
        if ((there >= 0.0) != side)
            return between(residual, given, 0.0, 1.0, right, low);
        low = right;
    }
    return solve(residual, given, 0.0, HUGE_VAL, HUGE_VAL, 1, 0);
}

/* Is it 0, or of a size of which no power up to the 7th vanishes, and none up to the 17th overflows? */
static int is_ordinary(double x)
{
    return x == 0.0 || (1e-40 <= fabs(x) && fabs(x) <= 1e18);
}

/* ln x for excess = x - 1. */
static double near_log(double x, double excess)
{
    return fabs(excess) < 0.5 ? log1p(excess) : log(x);
}

/* a - b = c - d, from the two whose sum is smaller. */
static double smaller_difference(double a, double b, double c, double d)
{
    return a + b <= c + d ? a - b : c - d;
}

/* -1, 0 or 1. */
static double sign(double x)
{
    return (x > 0.0) - (x < 0.0);
}

/* Both roots of x**2 - 2 half x + product = 0, for square = 1 - product / half**2: the larger modulus first;
 * of equal ones that to the left of the direction of half. */
static void quadratic(double complex half, double complex product, double complex square, double complex *out)
{
    if (cabs(half) <= ldexp(sqrt(cabs(product)), -50)) {
        const double complex root = csqrt(-product);
        out[0] = cimag(root) < 0.0 ? -root : root;
        out[1] = -out[0];
    } else if (creal(square) < 0.0 && fabs(cimag(square)) <= ldexp(cabs(square), -30)) {
        const double distance = sqrt(-creal(square));
        out[0] = half + I * distance * half;
        out[1] = half - I * distance * half;
    } else {
        out[0] = half * (1.0 + csqrt(square));
        out[1] = product / out[0];
    }
}
