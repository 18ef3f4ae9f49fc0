/* Laws of a network.
 *
 * Accurate to a few units in the last place, for arguments that are 0 or of a size between 1e-40 and 1e18;
 * NaN where there is no value, and at a fold of several steady states, of which the lowest is taken.
 * A TypeError where an argument is missing, or is no number.
 * Time is in steps, length in lattice sites, wavenumber in rad/site, frequency in rad/step.
 * A law of several values returns an array of them; a complex value is { re, im }. A module for browsers and Node.js.
 */

/* A complex number. */
function complex(re, im) {
  return { re, im };
}

/* A real number as a complex one. */
function asComplex(z) {
  return typeof z === "number" ? complex(z, 0) : z;
}

/* Imaginary part. */
function imaginaryPart(z) {
  return asComplex(z).im;
}

/* Real part. */
function realPart(z) {
  return asComplex(z).re;
}

/* Argument. */
function argument(z) {
  const { re, im } = asComplex(z);
  return Math.atan2(im, re);
}

/* Modulus. */
function modulus(z) {
  const { re, im } = asComplex(z);
  return Math.hypot(re, im);
}

/* Complex conjugate. */
function conjugate(z) {
  const { re, im } = asComplex(z);
  return complex(re, -im);
}

/* Sum of numbers, real or complex. */
function plus(...terms) {
  return terms.map((z) => asComplex(z)).reduce((a, b) => complex(a.re + b.re, a.im + b.im));
}

/* Product of numbers, real or complex. */
function times(...factors) {
  return factors.reduce((a, b) => {
    if (typeof a === "number" && typeof b === "number") return a * b;
    if (typeof a === "number") return complex(a * b.re, a * b.im);
    if (typeof b === "number") return complex(a.re * b, a.im * b);
    return complex(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re);
  });
}

/* Complex quotient, scaled so that no square overflows. */
function over(a, b) {
  const [above, below] = [asComplex(a), asComplex(b)];
  if (Math.abs(below.re) >= Math.abs(below.im)) {
    const ratio = below.im / below.re;
    const scale = below.re + below.im * ratio;
    return complex((above.re + above.im * ratio) / scale, (above.im - above.re * ratio) / scale);
  }
  const ratio = below.re / below.im;
  const scale = below.re * ratio + below.im;
  return complex((above.re * ratio + above.im) / scale, (above.im * ratio - above.re) / scale);
}

/* Complex square root with a real part that is not negative; also of a negative number. */
function complexSqrt(z) {
  const { re, im } = asComplex(z);
  if (re === 0 && im === 0) return complex(0, im);
  const larger = Math.sqrt((Math.abs(re) + Math.hypot(re, im)) / 2);
  const other = Math.abs(im) / (2 * larger);
  const isBelow = im < 0 || Object.is(im, -0);
  return re >= 0 ? complex(larger, im / (2 * larger)) : complex(other, isBelow ? -larger : larger);
}

/* Complex logarithm, its real part exact near modulus 1. */
function complexLog(z) {
  const { re, im } = asComplex(z);
  const size = Math.hypot(re, im);
  const isNear = size > 0.5 && size < 2;
  const [large, small] = Math.abs(re) > Math.abs(im) ? [Math.abs(re), im] : [Math.abs(im), re];
  const length = isNear ? Math.log1p((large - 1) * (large + 1) + small * small) / 2 : Math.log(size);
  return complex(length, Math.atan2(im, re));
}

/* Complex exponential. */
function complexExp(z) {
  const { re, im } = asComplex(z);
  return complex(Math.exp(re) * Math.cos(im), Math.exp(re) * Math.sin(im));
}

/* Complex cosine. */
function complexCos(z) {
  const { re, im } = asComplex(z);
  return complex(Math.cos(re) * Math.cosh(im), -Math.sin(re) * Math.sinh(im));
}

/* Complex sine. */
function complexSin(z) {
  const { re, im } = asComplex(z);
  return complex(Math.sin(re) * Math.cosh(im), Math.cos(re) * Math.sinh(im));
}

/* Complex tangent. */
function complexTan(z) {
  return over(complexSin(z), complexCos(z));
}

/* Inverse hyperbolic tangent of a complex number. */
function complexAtanh(z) {
  const { re, im } = asComplex(z);
  const length = Math.log1p((4 * re) / ((1 - re) * (1 - re) + im * im)) / 4;
  return complex(length, Math.atan2(2 * im, (1 - re) * (1 + re) - im * im) / 2);
}

/* Inverse hyperbolic cosine of a complex number, by Kahan's formula. */
function complexAcosh(z) {
  const [below, above] = [complexSqrt(plus(z, -1)), complexSqrt(plus(z, 1))];
  return complex(Math.asinh(times(conjugate(below), above).re), 2 * Math.atan2(below.im, above.re));
}

/* Inverse cosine of a complex number, by Kahan's formula. */
function complexAcos(z) {
  const [below, above] = [complexSqrt(plus(1, times(-1, z))), complexSqrt(plus(1, z))];
  return complex(2 * Math.atan2(below.re, above.re), Math.asinh(times(conjugate(above), below).im));
}

/* Inverse sine of a complex number, by Kahan's formula. */
function complexAsin(z) {
  const [below, above] = [complexSqrt(plus(1, times(-1, z))), complexSqrt(plus(1, z))];
  return complex(
    Math.atan2(asComplex(z).re, times(below, above).re),
    Math.asinh(times(conjugate(below), above).im),
  );
}

/* Inverse hyperbolic sine of a complex number. */
function complexAsinh(z) {
  return times(complex(0, -1), complexAsin(times(complex(0, 1), z)));
}

/* Inverse tangent of a complex number. */
function complexAtan(z) {
  return times(complex(0, -1), complexAtanh(times(complex(0, 1), z)));
}

/* Complex hyperbolic sine. */
function complexSinh(z) {
  const { re, im } = asComplex(z);
  return complex(Math.sinh(re) * Math.cos(im), Math.cosh(re) * Math.sin(im));
}

/* Complex hyperbolic cosine. */
function complexCosh(z) {
  const { re, im } = asComplex(z);
  return complex(Math.cosh(re) * Math.cos(im), Math.sinh(re) * Math.sin(im));
}

/* Complex hyperbolic tangent. */
function complexTanh(z) {
  return over(complexSinh(z), complexCosh(z));
}

/* Any power of a complex number, on the principal branch. */
function complexPower(z, exponent) {
  return modulus(z) === 0 ? complex(0, 0) : complexExp(times(exponent, complexLog(z)));
}

/* A whole power of a complex number. */
function raised(z, exponent) {
  let found = complex(1, 0);
  for (let base = asComplex(z), rest = exponent; rest > 0; rest >>= 1, base = times(base, base)) {
    if (rest & 1) found = times(found, base);
  }
  return found;
}

/* Both roots of x**2 - 2 half x + product = 0, for square = 1 - product / half**2: the larger modulus first;
 * of equal ones that to the left of the direction of half. */
function quadratic(half, product, square) {
  const [middle, constant, share] = [half, product, square].map((z) => asComplex(z));
  if (modulus(middle) <= Math.pow(2, -50) * Math.sqrt(modulus(constant))) {
    const one = complexSqrt(times(-1, constant));
    return one.im < 0 ? [times(-1, one), one] : [one, times(-1, one)];
  }
  if (share.re < 0 && Math.abs(share.im) <= Math.pow(2, -30) * modulus(share)) {
    const distance = times(middle, complex(0, Math.sqrt(-share.re)));
    return [plus(middle, distance), plus(middle, times(-1, distance))];
  }
  const first = times(middle, plus(1, complexSqrt(share)));
  return [first, over(constant, first)];
}

/* a - b = c - d, from the two whose sum is smaller. */
function smallerDifference(a, b, c, d) {
  return a + b <= c + d ? a - b : c - d;
}

/* ln x for excess = x - 1. */
function nearLog(x, excess) {
  return Math.abs(excess) < 0.5 ? Math.log1p(excess) : Math.log(x);
}

/* exp(-x**2), x split so that the rounding of its square does not show. */
function gaussian(x) {
  if (Math.abs(x) > 28) return 0;
  const high = Math.fround(x);
  return Math.exp(-high * high) * Math.exp((high - x) * (high + x));
}

/* erf: a series whose terms have one sign. */
function errorSeries(x) {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); ++n) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return 1.1283791670955126 * gaussian(x) * sum;
}

/* erfc for x >= 1: a continued fraction. */
function errorTail(x) {
  let fraction = 0;
  for (let n = 20 + Math.ceil(250 / (x * x)); n > 0; --n) fraction = n / 2 / (x + fraction);
  return (0.5641895835477563 * gaussian(x)) / (x + fraction);
}

/* Error function. */
function erf(x) {
  if (Math.abs(x) > 2) return x > 0 ? 1 - errorTail(x) : errorTail(-x) - 1;
  return errorSeries(x);
}

/* Complementary error function. */
function erfc(x) {
  return x < 1 ? 1 - erf(x) : errorTail(x);
}

/* Inverse error function: Newton's method, by erfc in the tail. */
function erfinv(x) {
  if (x < 0) return -erfinv(-x);
  if (x === 0 || x >= 1) return x === 0 ? x : Infinity;
  const tail = 1 - x;
  let y = tail < 0.5 ? Math.sqrt(-Math.log(tail)) : 0.886226925452758 * x;
  for (let step = 0; step < 8; ++step) {
    const scale = 0.886226925452758 * Math.exp(y * y);
    if (tail < 0.5) y += erfc(y) * scale * Math.log(erfc(y) / tail);
    else y += (x - erf(y)) * scale;
  }
  return y;
}

/* The real root of x >= 0, one step of Newton's method beyond the power. */
function root(x, degree) {
  const y = Math.pow(x, 1 / degree);
  return y > 0 ? y - (Math.pow(y, degree) - x) / (degree * Math.pow(y, degree - 1)) : y;
}

/* Chebyshev sum on [low, high], by Clenshaw's recurrence. */
function chebyshev(coefficients, t, low, high) {
  const twice = (t - (high + low) / 2) * (4 / (high - low));
  let ahead = 0;
  let twoAhead = 0;
  for (let index = coefficients.length - 1; index > 0; --index) {
    [ahead, twoAhead] = [coefficients[index] + twice * ahead - twoAhead, ahead];
  }
  return coefficients[0] + (twice / 2) * ahead - twoAhead;
}

/* The sum of the terms over the sum of their absolute values: its sign, and how far it is from 0. */
function share(terms) {
  let total = 0;
  let scale = 0;
  for (const term of terms) {
    total += term;
    scale += Math.abs(term);
  }
  return total === 0 ? 0 : total / scale;
}

/* The sign of the residual; null where it has no value. */
function isPositive(residual, x) {
  const share = residual(x);
  return Number.isNaN(share) ? null : share >= 0;
}

/* The root end + direction * x for x between near and far, where the signs differ: bisection of the logarithm of x.
 * NaN where the residual has no value on the way. */
function between(residual, end, direction, near, far) {
  const now = isPositive(residual, end + direction * near);
  while (Math.abs(far - near) > 2e-16 * near) {
    const middle = Math.sqrt(near) * Math.sqrt(far);
    if (middle === near || middle === far) break;
    const side = isPositive(residual, end + direction * middle);
    if (side === null) return NaN;
    if (side === now) near = middle;
    else far = middle;
  }
  return end + direction * near;
}

/* The steps of a scan: an end of the interval, the direction from there, and the distance. */
function knots(low, high) {
  const found = [];
  if (high === Infinity) {
    for (let k = -300; k < -3; ++k) found.push([low, 1, Math.pow(10, k)]);
    for (let k = -12; k < 13; ++k) found.push([low, 1, Math.pow(10, k / 4)]);
    for (let k = 4; k < 300; ++k) found.push([low, 1, Math.pow(10, k)]);
    return found;
  }
  const width = high - low;
  for (let k = low === 0 ? -300 : -16; k < -1; ++k) found.push([low, 1, width * Math.pow(10, k)]);
  for (let k = 1; k < 9; ++k) found.push([low, 1, (width * k) / 16]);
  for (let k = 8; k > 0; --k) found.push([high, -1, (width * k) / 16]);
  for (let k = 2; k < 16; ++k) found.push([high, -1, width * Math.pow(10, -k)]);
  found.push([high, -1, width * Math.pow(2, -53)]);
  return found;
}

/* The first root between low and high, NaN if there is none: a scan by decades from both ends, then bisection.
 * top is the last double in the interval, pole the sign of the residual where it is unbounded there, or 0. */
function solve(residual, low, high, top, lowIsClosed, pole) {
  if (lowIsClosed && residual(low) === 0) return low;
  const width = high - low;
  let before = null;
  let known = null;
  for (const knot of knots(low, high)) {
    const [end, direction, distance] = knot;
    const now = isPositive(residual, end + direction * distance);
    if (now === null) continue;
    if (known !== null && now !== known) {
      const far = before[0] === end ? before[2] : width - before[2];
      return Math.min(between(residual, end, direction, distance, far), top);
    }
    before = knot;
    known = now;
  }
  const beyond = pole ? pole > 0 : isPositive(residual, high);
  return known !== null && Number.isFinite(high) && beyond !== null && beyond !== known ? top : NaN;
}

/* The lowest positive root of an equation whose side turns where bend = level, once between two knots at most.
 * NaN where it turns at the root to within rounding. */
function lowest(residual, bend, level, turns) {
  if (residual(0) === 0) return 0;
  let low = 1e-300;
  const side = isPositive(residual, low);
  for (let index = 1; index < turns.length; ++index) {
    let left = turns[index - 1];
    let right = turns[index];
    const rising = bend(right) > level;
    if (bend(left) > level === rising) continue;
    for (let step = 0; step < 60; ++step) {
      const middle = Math.sqrt(left * right);
      if (bend(middle) > level === rising) right = middle;
      else left = middle;
    }
    if (Math.abs(residual(right)) < Math.pow(2, -48)) return NaN;
    if (isPositive(residual, right) !== side) return between(residual, 0, 1, right, low);
    low = right;
  }
  return solve(residual, 0, Infinity, Infinity, true, 0);
}

/* Is it 0, or of a size of which no power up to the 7th vanishes, and none up to the 17th overflows? */
function isOrdinary(x) {
  return x === 0 || (Math.abs(x) >= 1e-40 && Math.abs(x) <= 1e18);
}

/* Are the arguments numbers of an ordinary size? Throws where one is no number. */
function areOrdinary(law, given) {
  for (const [name, value] of Object.entries(given)) {
    if (typeof value !== "number") {
      const received = value === undefined ? "nothing" : `the ${typeof value} ${String(value)}`;
      throw new TypeError(`${law}: ${name} must be a number; got ${received}. Give one.`);
    }
  }
  return Object.values(given).every((value) => isOrdinary(value));
}
