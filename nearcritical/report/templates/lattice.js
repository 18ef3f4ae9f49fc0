// A lattice that steps Z -> phi(U (*) Z + I), of 2^n sites along each axis: complex numbers as two arrays, the last axis
// first in order; U by its eigenvalues e^(i omega(k)).

function newLattice(shape) {
  const sites = shape.reduce((a, b) => a * b);
  return { shape, re: new Float64Array(sites), im: new Float64Array(sites) };
}

// The place of a site, or the wavevector of a mode, from its number.
function placeOf(number, shape) {
  const place = [];
  for (const sites of [...shape].reverse()) {
    place.unshift(number % sites);
    number = Math.floor(number / sites);
  }
  return place;
}

function wavevectorOf(number, shape) {
  return placeOf(number, shape).map((j, axis) => (2 * Math.PI * (j <= shape[axis] / 2 ? j : j - shape[axis])) / shape[axis]);
}

function kernelOf(shape, frequency) {
  const kernel = newLattice(shape);
  for (let mode = 0; mode < kernel.re.length; ++mode) {
    const turn = frequency(wavevectorOf(mode, shape));
    kernel.re[mode] = Math.cos(turn) / kernel.re.length;
    kernel.im[mode] = Math.sin(turn) / kernel.re.length;
  }
  return kernel;
}

// The sum over x of Z(x) e^(sign i k x) along a line of `count` sites, in place.
function transformLine({ re, im }, start, stride, count, sign) {
  for (let place = 1, mirrored = 0; place < count; ++place) {
    let bit = count >> 1;
    for (; mirrored & bit; bit >>= 1) mirrored ^= bit;
    mirrored ^= bit;
    if (place >= mirrored) continue;
    const [one, other] = [start + place * stride, start + mirrored * stride];
    [re[one], re[other], im[one], im[other]] = [re[other], re[one], im[other], im[one]];
  }
  for (let half = 1; half < count; half *= 2) {
    for (let turn = 0; turn < half; ++turn) {
      const [cos, sin] = [Math.cos((Math.PI * turn) / half), sign * Math.sin((Math.PI * turn) / half)];
      for (let place = turn; place < count; place += 2 * half) {
        const [low, high] = [start + place * stride, start + (place + half) * stride];
        const [x, y] = [cos * re[high] - sin * im[high], cos * im[high] + sin * re[high]];
        [re[low], re[high]] = [re[low] + x, re[low] - x];
        [im[low], im[high]] = [im[low] + y, im[low] - y];
      }
    }
  }
}

function transform(state, sign) {
  let stride = 1;
  for (const count of [...state.shape].reverse()) {
    for (let start = 0; start < state.re.length; ++start) {
      if (Math.floor(start / stride) % count === 0) transformLine(state, start, stride, count, sign);
    }
    stride *= count;
  }
}

function stepLattice(state, kernel, profile, input) {
  const next = { shape: state.shape, re: state.re.slice(), im: state.im.slice() };
  const { re, im } = next;
  transform(next, -1);
  for (let mode = 0; mode < re.length; ++mode) {
    [re[mode], im[mode]] = [
      kernel.re[mode] * re[mode] - kernel.im[mode] * im[mode],
      kernel.re[mode] * im[mode] + kernel.im[mode] * re[mode],
    ];
  }
  transform(next, 1);
  for (let site = 0; site < re.length; ++site) {
    const [added, across] = input(site);
    re[site] += added;
    im[site] += across;
    const size = Math.hypot(re[site], im[site]);
    const gain = size > 0 ? profile(size) / size : 1;
    re[site] *= gain;
    im[site] *= gain;
  }
  return next;
}
