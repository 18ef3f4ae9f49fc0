// Lines on axes, linear or logarithmic, and squares of many colours, as SVG.

const FRAME = { left: 46, right: 370, top: 10, bottom: 196 };
const SQUARE = { ...FRAME, left: 115, right: 301 };

function element(name, attributes, text) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

function scaleOf([low, high], isLog, from, to) {
  const place = isLog ? Math.log10 : (value) => value;
  const width = place(high) - place(low) || 1;
  return (value) => from + ((place(value) - place(low)) / width) * (to - from);
}

function ticksOf([low, high], isLog) {
  if (isLog) {
    const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
    const stride = Math.max(1, Math.ceil((last - first) / 5));
    const found = [];
    for (let power = first; power <= last; power += stride) found.push(Number(`1e${power}`));
    return found;
  }
  const rough = (high - low) / 5;
  const size = Math.pow(10, Math.floor(Math.log10(rough)));
  const stride = [1, 2, 5, 10].map((factor) => factor * size).find((step) => step >= rough);
  const found = [];
  for (let n = Math.ceil(low / stride - 1e-9); n * stride <= high * (1 + 1e-9); ++n) found.push(Number((n * stride).toPrecision(6)));
  return found;
}

const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";

function tickText(value, isLog) {
  const power = Math.round(Math.log10(value));
  if (!isLog || Math.abs(power) < 2) return String(value).replace("-", "−");
  return `10${power < 0 ? "⁻" : ""}${[...String(Math.abs(power))].map((digit) => RAISED[digit]).join("")}`;
}

function colourOf(name) {
  const brush = document.createElement("canvas").getContext("2d");
  brush.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  return [1, 3, 5].map((place) => parseInt(brush.fillStyle.slice(place, place + 2), 16));
}

// A square of side x side pixels: shares from -1 to 1, that of (x, y) at x * side + y, from --bad over paper to --accent.
function pixels(shares, side) {
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = side;
  const brush = canvas.getContext("2d");
  const image = brush.createImageData(side, side);
  const [below, paper, above] = ["--bad", "--paper", "--accent"].map(colourOf);
  shares.forEach((share, number) => {
    const [x, y] = [Math.floor(number / side), number % side];
    const [end, part] = [share < 0 ? below : above, Math.min(1, Math.abs(share))];
    const colour = paper.map((value, n) => value + (end[n] - value) * part);
    image.data.set([...colour, 255], 4 * ((side - 1 - y) * side + x));
  });
  brush.putImageData(image, 0, 0);
  return canvas.toDataURL();
}

// chart: x and y are { label, span, log }; lines: [{ points: [[x, y], ...], kind, jump }], with a gap where y jumps; marks: [[x, y], ...]; cursor: an x;
// square: shares as for `pixels`, drawn where x and y are whole numbers from 0 on.
function drawChart(svg, { x, y, lines = [], marks = [], cursor, title, square }) {
  const frame = square ? SQUARE : FRAME;
  const [across, up] = [scaleOf(x.span, x.log, frame.left, frame.right), scaleOf(y.span, y.log, frame.bottom, frame.top)];
  const parts = [element("title", {}, title)];
  if (square) {
    const [width, height] = [frame.right - frame.left, frame.bottom - frame.top];
    const href = pixels(square, Math.sqrt(square.length));
    const place = { x: frame.left, y: frame.top, width, height };
    parts.push(element("image", { ...place, href, preserveAspectRatio: "none" }));
    parts.push(element("rect", { ...place, class: "grid", fill: "none" }));
  }
  for (const tick of ticksOf(x.span, x.log)) {
    if (!square) parts.push(element("line", { class: "grid", x1: across(tick), x2: across(tick), y1: frame.top, y2: frame.bottom }));
    parts.push(element("text", { x: across(tick), y: frame.bottom + 14, "text-anchor": "middle" }, tickText(tick, x.log)));
  }
  for (const tick of ticksOf(y.span, y.log)) {
    if (!square) parts.push(element("line", { class: "grid", x1: frame.left, x2: frame.right, y1: up(tick), y2: up(tick) }));
    parts.push(element("text", { x: frame.left - 5, y: up(tick) + 3.5, "text-anchor": "end" }, tickText(tick, y.log)));
  }
  const middle = (frame.left + frame.right) / 2;
  parts.push(element("text", { x: middle, y: frame.bottom + 29, "text-anchor": "middle" }, x.label));
  const aside = frame.left - 35;
  const centre = (frame.top + frame.bottom) / 2;
  parts.push(element("text", { x: aside, y: centre, "text-anchor": "middle", transform: `rotate(-90 ${aside} ${centre})` }, y.label));
  if (cursor !== undefined) {
    parts.push(element("line", { class: "cursor", x1: across(cursor), x2: across(cursor), y1: frame.top, y2: frame.bottom }));
  }
  const inside = (value) => Math.min(frame.bottom + 4, Math.max(frame.top - 4, value));
  for (const { points, kind, jump = Infinity } of lines) {
    const known = points.filter(([, value]) => Number.isFinite(value) && (!y.log || value > 0));
    const goesOn = (n) => n > 0 && Math.abs(known[n][1] - known[n - 1][1]) < jump;
    const path = known.map(([a, b], n) => `${goesOn(n) ? "L" : "M"}${across(a).toFixed(2)} ${inside(up(b)).toFixed(2)}`).join("");
    parts.push(element("path", { class: `line ${kind}`, d: path || "M0 0" }));
  }
  for (const [a, b] of marks) {
    if (Number.isFinite(b) && (!y.log || b > 0)) parts.push(element("circle", { class: "mark", cx: across(a), cy: inside(up(b)), r: 3 }));
  }
  svg.replaceChildren(...parts);
}
