// Sliders, the pictures that follow them, and the lattice. VERSIONS: functions by name, for each combination of the stops
// that constants have; PARAMETERS: of each function, in order.

const SITES = 64; // of a ring
const SIDE = 32; // of a torus
const PROBE = 1e-4;
const DECADES = 2; // of what a probe does to a torus
const IN_A_FRAME = 8; // steps
const AT_ONCE = 240; // steps after a change while the lattice does not run

const section = document.getElementById("live");
const sliders = [...section.querySelectorAll("input")];
const state = {};
let laws = VERSIONS[0];

function lawAt(name, given = {}) {
  return laws[name](...PARAMETERS[name].map((parameter) => given[parameter] ?? state[parameter]));
}

// A series beyond the inputs that it is for may say anything; a length is above 0.
function lengthAt(name, place) {
  const length = lawAt(name, place);
  return length > 0 ? length : NaN;
}

const stopsOf = (slider) => slider.dataset.stops.split(" ").map(Number);
const stopAt = (slider) => Math.round(Number(slider.value) * (stopsOf(slider).length - 1));

function read(slider) {
  if (slider.dataset.stops) return stopsOf(slider)[stopAt(slider)];
  const [low, high, place] = [Number(slider.dataset.low), Number(slider.dataset.high), Number(slider.value)];
  return slider.dataset.log === "yes" ? low * Math.pow(high / low, place) : low + (high - low) * place;
}

function set(slider, value) {
  const [low, high] = [Number(slider.dataset.low), Number(slider.dataset.high)];
  if (slider.dataset.stops) {
    const stops = stopsOf(slider);
    slider.value = String(stops.indexOf(value) / (stops.length - 1));
    return;
  }
  const place = slider.dataset.log === "yes" ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  slider.value = String(place);
}

function show(slider) {
  const value = read(slider);
  state[slider.dataset.name] = value;
  const output = slider.nextElementSibling;
  output.textContent = written(value, 3);
  output.dataset.exact = String(value);
  slider.setAttribute("aria-valuetext", output.textContent);
}

function written(value, digits) {
  return String(Number(value.toPrecision(digits))).replaceAll("-", "−");
}

function between(low, high, count, isLog) {
  return Array.from({ length: count + 1 }, (_, n) => (isLog ? low * Math.pow(high / low, n / count) : low + ((high - low) * n) / count));
}

function span(values, isLog) {
  const known = values.filter((value) => Number.isFinite(value) && (!isLog || value > 0));
  if (!known.length) return isLog ? [0.1, 1] : [0, 1];
  const [low, high] = [Math.min(...known), Math.max(...known)];
  if (isLog) return [Math.pow(10, Math.floor(Math.log10(low))), Math.pow(10, Math.ceil(Math.log10(high) + 1e-9))];
  const margin = (high - low || Math.abs(high) || 1) * 0.06;
  return [low >= 0 ? Math.max(0, low - margin) : low - margin, high + margin];
}

function caption(figure, title, values) {
  const place = figure.querySelector("figcaption");
  const strong = document.createElement("strong");
  strong.textContent = title;
  const shown = values.map(([name, value, law]) => {
    const output = document.createElement("output");
    output.textContent = `${name} = ${Number.isFinite(value) ? written(value, 5) : "no value"}`;
    output.dataset.exact = String(value);
    if (law) output.dataset.law = law;
    return output;
  });
  place.replaceChildren(strong, ...shown.flatMap((one) => [one, " "]));
}

const WAVES = PARAMETERS.kernel_frequency.filter((name) => !name.startsWith("constant_")); // wavenumbers, one of each axis
const [FIRST, ...OTHERS] = WAVES;
const lower = (name) => name.replace(/\d/, (digit) => "₀₁₂₃"[digit]);

const panels = {
  response(figure) {
    const deltas = between(-1, 1, 240);
    const values = deltas.map((delta) => lawAt("forced_amplitude", { delta }));
    const here = lawAt("forced_amplitude");
    drawChart(figure.querySelector("svg"), {
      title: "Amplitude of the response against the detuning",
      x: { label: "detuning δ", span: [-1, 1] },
      y: { label: "amplitude R", span: [0, span(values)[1]] },
      lines: [{ points: deltas.map((delta, n) => [delta, values[n]]), kind: "first" }],
      marks: [[state.delta, here]],
      cursor: state.delta,
    });
    caption(figure, "Response to an oscillation", [["R", here, "forced_amplitude"]]);
  },
  dispersion(figure) {
    const waves = between(0, Math.PI, 160);
    const angles = waves.map((q) => lawAt("dispersion_relation", { [FIRST]: q }).map(({ re, im }) => Math.atan2(im, re)));
    const here = lawAt("dispersion_relation").map(({ re, im }) => Math.atan2(im, re));
    drawChart(figure.querySelector("svg"), {
      title: "Frequencies of a perturbation against its wavenumber",
      x: { label: `wavenumber ${lower(FIRST)}`, span: [0, Math.PI] },
      y: { label: "frequency arg λ", span: span(angles.flat()) },
      lines: [0, 1].map((n) => ({ points: waves.map((q, m) => [q, angles[m][n]]), kind: n ? "second" : "first", jump: 1 })),
      marks: here.map((angle) => [state[FIRST], angle]),
      cursor: state[FIRST],
    });
    caption(figure, "Dispersion", here.map((angle, n) => [`arg λ${"₊₋"[n]}`, angle, "dispersion_relation"]));
  },
  decay(figure) {
    const waves = between(0, Math.PI, 160);
    const rates = waves.map((q) => lawAt("decay_rate", { [FIRST]: q }));
    const here = lawAt("decay_rate");
    drawChart(figure.querySelector("svg"), {
      title: "Decay rates of a perturbation against its wavenumber",
      x: { label: `wavenumber ${lower(FIRST)}`, span: [0, Math.PI] },
      y: { label: "decay rate σ", span: [0, span(rates.flat())[1]] },
      lines: [0, 1].map((n) => ({ points: waves.map((q, m) => [q, rates[m][n]]), kind: n ? "second" : "first" })),
      marks: here.map((rate) => [state[FIRST], rate]),
      cursor: state[FIRST],
    });
    caption(figure, "Decay", here.map((rate, n) => [`σ${"₁₂"[n]}`, rate, "decay_rate"]));
  },
  length(figure) {
    const inputs = between(1e-5, 1, 60, true);
    const known = ["propagation_length", "evanescent_length"].filter((name) => name in laws);
    const values = known.map((name) => inputs.map((I0) => lengthAt(name, { I0 })));
    const here = known.map((name) => lengthAt(name));
    drawChart(figure.querySelector("svg"), {
      title: "Lengths over which a probe decays against the background",
      x: { label: "background I₀", span: [1e-5, 1], log: true },
      y: { label: "length (sites)", span: span(values.flat(), true), log: true },
      lines: known.map((_, n) => ({ points: inputs.map((I0, m) => [I0, values[n][m]]), kind: n ? "second" : "first" })),
      marks: here.map((length) => [state.I0, length]),
      cursor: state.I0,
    });
    const names = { propagation_length: "in the band", evanescent_length: "at its edge" };
    caption(figure, "Length of a probe", known.map((name, n) => [`l ${names[name]}`, here[n], name]));
  },
};

const NEEDS = {
  response: ["forced_amplitude"],
  dispersion: ["dispersion_relation"],
  decay: ["decay_rate"],
  length: ["propagation_length"],
  wave: ["forced_amplitude", "kernel_frequency", "radial_profile"],
  probe: ["decay_rate", "kernel_frequency", "radial_profile"],
  ripple: ["decay_rate", "kernel_frequency", "radial_profile"],
};

const figures = {};
for (const figure of section.querySelectorAll("figure")) {
  const name = figure.dataset.panel;
  if (NEEDS[name].every((law) => law in laws) && (name !== "ripple" || OTHERS.length)) figures[name] = figure;
  else figure.remove();
}

// Waves are on a ring, or on a torus, where a third axis has a phase alone. What is uniform but along the first axis is on a ring.
const SHAPE = OTHERS.length ? [SIDE, SIDE] : [SITES];
const MIDDLE = SITES / 2;
const CENTRE = (SIDE / 2) * SIDE + SIDE / 2;

let runs = false;
const lattice = {};
const kernels = {};
const profile = (size) => lawAt("radial_profile", { r: size < 1e-40 ? 0 : Math.min(size, 1e18) });

function rest() {
  Object.assign(lattice, { steps: 0, wave: newLattice(SHAPE), lit: newLattice([SITES]), unlit: newLattice([SITES]) });
  lattice.ripple = newLattice(SHAPE);
}

// The frequency at a wavevector of the first axes; along the others it is that of the sliders, or 0.
function frequencyAt(wavevector, others) {
  return lawAt("kernel_frequency", Object.fromEntries(WAVES.map((name, axis) => [name, wavevector[axis] ?? others(name)])));
}

function setKernels() {
  kernels.ring = kernelOf([SITES], (k) => frequencyAt(k, () => 0));
  kernels.wave = kernelOf(SHAPE, (k) => frequencyAt(k, (name) => state[name]));
  kernels.ripple = kernelOf(SHAPE, (k) => frequencyAt(k, () => 0));
}

// The wavevector of the sliders, as near as waves of the lattice come.
const fitting = () => SHAPE.map((sites, axis) => (2 * Math.PI * Math.round((state[WAVES[axis]] * sites) / (2 * Math.PI))) / sites);

function advance() {
  const k = fitting();
  const turn = frequencyAt(k, (name) => state[name]) + (state.delta ?? 0);
  const n = lattice.steps + 1;
  lattice.wave = stepLattice(lattice.wave, kernels.wave, profile, (site) => {
    const angle = placeOf(site, SHAPE).reduce((sum, place, axis) => sum + k[axis] * place, turn * n);
    return [state.F * Math.cos(angle), state.F * Math.sin(angle)];
  });
  if (figures.probe) {
    const [re, im] = [PROBE * state.I0 * Math.cos(state.Omega * n), PROBE * state.I0 * Math.sin(state.Omega * n)];
    const probed = (at) => (site) => (site === at ? [state.I0 + re, im] : [state.I0, 0]);
    lattice.unlit = stepLattice(lattice.unlit, kernels.ring, profile, () => [state.I0, 0]);
    lattice.lit = stepLattice(lattice.lit, kernels.ring, profile, probed(MIDDLE));
    if (figures.ripple) lattice.ripple = stepLattice(lattice.ripple, kernels.ripple, profile, probed(CENTRE));
  }
  lattice.steps = n;
}

function sizesOf({ re, im }, { re: x, im: y } = { re: [0], im: [0] }) {
  return Array.from(re, (value, site) => Math.hypot(value - x[0], im[site] - y[0]));
}

// Shares of a square, from -1 to 1.
function drawSquare(figure, title, square) {
  const span = [0, SIDE - 1];
  drawChart(figure.querySelector("svg"), { title, x: { label: "site x₁", span }, y: { label: "site x₂", span }, square });
}

function drawWave() {
  const { wave } = lattice;
  const sizes = sizesOf(wave);
  const law = lawAt("forced_amplitude");
  const top = Math.max(law, ...sizes) || 1;
  if (OTHERS.length) {
    drawSquare(figures.wave, "The torus under an oscillation: the real part of Z", Array.from(wave.re, (value) => value / top));
  } else {
    drawChart(figures.wave.querySelector("svg"), {
      title: "The lattice under an oscillation",
      x: { label: "site x", span: [0, SITES - 1] },
      y: { label: "Re Z, |Z|", span: [-1.15 * top, 1.15 * top] },
      lines: [
        { points: [[0, law], [SITES - 1, law]], kind: "law" },
        { points: Array.from(wave.re, (value, x) => [x, value]), kind: "second" },
        { points: sizes.map((size, x) => [x, size]), kind: "first" },
      ],
    });
  }
  const mean = sizes.reduce((a, b) => a + b) / sizes.length;
  const k = fitting();
  const waves = WAVES.map((name, axis) => `${lower(name.replace("q", "k"))} = ${written(k[axis] ?? state[name], 4)}`);
  const what = OTHERS.length ? "Torus under an oscillation, Re Z" : "Lattice under an oscillation";
  caption(figures.wave, `${what}, ${waves.join(", ")}`, [["|Z|", mean], ["R by the law", law]]);
}

function drawProbe() {
  const places = Array.from({ length: SITES }, (_, x) => x);
  const apart = sizesOf(lattice.lit, lattice.unlit).map((size) => size / (PROBE * state.I0));
  const far = places.map((x) => Math.abs(x - MIDDLE));
  const length = "propagation_length" in laws ? lengthAt("propagation_length") : NaN;
  const start = apart[MIDDLE + 1];
  const what = OTHERS.length ? "Lattice under a probe of all sites at one x₁" : "Lattice under a probe of one site";
  drawChart(figures.probe.querySelector("svg"), {
    title: what,
    x: { label: OTHERS.length ? "site x₁" : "site x", span: [0, SITES - 1] },
    y: { label: "|Z − background| / ε", span: [1e-4, 10], log: true },
    lines: [
      { points: places.map((x) => [x, start * Math.exp((1 - far[x]) / length)]), kind: "law" },
      { points: places.map((x) => [x, apart[x]]), kind: "first" },
    ],
  });
  caption(figures.probe, what, [["at the probe", apart[MIDDLE]]]);
}

function drawRipple() {
  const { ripple, unlit } = lattice;
  const apart = sizesOf(ripple, unlit);
  const strength = apart.map((size) => Math.max(0, 1 + Math.log10(size / apart[CENTRE]) / DECADES));
  const what = `Torus under a probe of ${OTHERS.length > 1 ? "a line of sites" : "one site"}, phase and two decades`;
  drawSquare(figures.ripple, what, apart.map((size, site) => ((ripple.re[site] - unlit.re[0]) / size) * strength[site] || 0));
  caption(figures.ripple, what, [["at the probe", apart[CENTRE] / (PROBE * state.I0)]]);
}

function drawLattice() {
  drawWave();
  if (figures.probe) drawProbe();
  if (figures.ripple) drawRipple();
  document.getElementById("steps").textContent = `step ${lattice.steps}`;
}

function update() {
  for (const slider of sliders) show(slider);
  const stepped = sliders.filter((slider) => slider.dataset.stops);
  laws = VERSIONS[stepped.reduce((number, slider) => number * stopsOf(slider).length + stopAt(slider), 0)];
  for (const [name, draw] of Object.entries(panels)) if (figures[name]) draw(figures[name]);
  if (!figures.wave) return;
  setKernels();
  if (!runs) for (let n = 0; n < AT_ONCE; ++n) advance();
  drawLattice();
}

const runButton = document.getElementById("run");
let isSeen = false;
let waiting = null;

function frame() {
  for (let n = 0; n < IN_A_FRAME; ++n) advance();
  drawLattice();
  waiting = requestAnimationFrame(frame);
}

function run(on) {
  runs = on;
  runButton.setAttribute("aria-pressed", String(on));
  runButton.textContent = on ? "Pause" : "Run the lattice";
  follow();
}

function follow() {
  cancelAnimationFrame(waiting);
  if (runs && isSeen) waiting = requestAnimationFrame(frame);
}

for (const slider of sliders) {
  set(slider, Number(slider.dataset.value));
  slider.addEventListener("input", update);
}
section.hidden = false;
rest();
update();
if (figures.wave) {
  runButton.addEventListener("click", () => run(!runs));
  document.getElementById("rest").addEventListener("click", () => {
    rest();
    drawLattice();
  });
  new IntersectionObserver((entries) => {
    isSeen = entries.some((entry) => entry.isIntersecting);
    follow();
  }).observe(figures.wave);
  run(!matchMedia("(prefers-reduced-motion: reduce)").matches);
} else {
  section.querySelector(".run").remove();
}
