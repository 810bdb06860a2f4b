// Axes: from values to pixels, and where their ticks are.

function linear([low, high], [from, to]) {
  const scale = (value) => from + ((value - low) / (high - low || 1)) * (to - from);
  scale.invert = (pixel) => low + ((pixel - from) / (to - from || 1)) * (high - low);
  return Object.assign(scale, { low, high, from, to });
}

// Values below the axis are drawn at its end: zero has no logarithm.
function logarithmic([low, high], range) {
  const inner = linear([Math.log10(low), Math.log10(high)], range);
  const scale = (value) => inner(Math.log10(Math.max(value, low)));
  scale.invert = (pixel) => 10 ** inner.invert(pixel);
  return Object.assign(scale, { low, high, from: range[0], to: range[1] });
}

const SECONDS = [
  1e-6, 1e-5, 1e-4, 1e-3, 2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900,
  1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 432000, 864000, 1728000, 4320000, 8640000,
];

function niceStep(span, lines, unit) {
  const least = span / Math.max(lines, 1);
  if (unit === "s") return SECONDS.find((step) => step >= least) ?? SECONDS.at(-1);
  const power = 10 ** Math.floor(Math.log10(least));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= least * (1 - 1e-9)) * power;
  return unit === "jobs" || unit === "workers" ? Math.max(step, 1) : step;
}

function steps(low, high, step) {
  const ticks = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) ticks.push(i * step);
  return ticks;
}

// Labels of ticks leave out decimals that no tick has.
function tickLabel(value, unit, step) {
  if (unit === "share") return `${Number((value * 100).toFixed(6))}${NBSP}%`;
  if (unit === "s" || Math.abs(value) >= 10000) return figure(value, unit === "s" ? "s" : "jobs");
  return unit === "cost" ? value.toFixed(step < 1 ? 2 : 0) : count(Number(value.toPrecision(6)));
}

// A linear axis that ends at a tick, or where the data ends when `loose`.
function valueAxis([low, high], unit, lines, { fromZero = true, loose = false, top = Infinity } = {}) {
  if (!(high > low)) high = low + (low ? Math.abs(low) : 1);
  const step = niceStep(high - (fromZero ? Math.min(low, 0) : low), lines, unit);
  const first = fromZero ? Math.min(0, low) : loose ? low : Math.max(Math.floor(low / step) * step, 0);
  const last = loose ? high : Math.min(Math.ceil(high / step - 1e-9) * step, top);
  const ticks = steps(first, last, step).map((at) => ({ at, label: tickLabel(at, unit, step) }));
  return { domain: [first, last], ticks };
}

const LOG_SECONDS = [1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1, 10, 60, 600, 3600, 36000, 86400, 864000, 8640000];

function logDurations([low, high], lines) {
  const inside = LOG_SECONDS.filter((at) => at >= low * 0.999 && at <= high * 1.001);
  const every = Math.ceil(inside.length / Math.max(lines, 2));
  const ticks = inside.filter((_, i) => (inside.length - 1 - i) % every === 0);
  return { domain: [low, high], ticks: ticks.map((at) => ({ at, label: duration(at) })) };
}

function logShares(least) {
  const low = 10 ** Math.floor(Math.log10(least) + 1e-9);
  const ticks = [];
  for (let at = 1; at >= low * 0.999; at /= 10)
    ticks.push({ at, label: `${Number((at * 100).toPrecision(1))}${NBSP}%` });
  return { domain: [low, 1], ticks };
}

const TIMES = [
  1, 5, 15, 30, 60, 300, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400, 172800, 604800, 1209600, 2592000,
];

// The axis of time: on the wall clock ticks stand at round times of day and midnight tells the day.
function timeAxis([low, high], clock, lines) {
  const step = TIMES.find((step) => step >= (high - low) / Math.max(lines, 1)) ?? TIMES.at(-1);
  const shift = clock.civil(low) - low;
  const label = (at) => {
    if (!clock.wall) return { label: duration(at) };
    const midnight = Math.round(clock.civil(at)) % 86400 === 0;
    return midnight || step >= 86400 ? { label: clock.day(at), strong: true } : { label: clock.time(at) };
  };
  const ticks = steps(low + shift, high + shift, step).map((civil) => civil - shift);
  return { domain: [low, high], ticks: ticks.map((at) => ({ at, ...label(at) })) };
}
