// The pictures that compare design points: alternatives, a sweep, numbers varied one by one.

const ROW = 46;
const VERDICTS = { met: "met", missed: "missed", open: "not decided" };

function ends([mean, low, high]) {
  return [mean, low ?? mean, high ?? mean];
}

function readingText({ value: [mean, low, high], at_least }, unit) {
  const interval = low !== null && high - low > 1e-3 * Math.abs(mean) ? ` (${figure(Math.max(low, 0), unit)} to ${figure(unit === "share" ? Math.min(high, 1) : high, unit)})` : "";
  return (at_least ? "more than " : "") + figure(mean, unit) + interval;
}

// The axis of some values and a bound; shares close to the whole keep their room, but never pass it.
function readingAxis(values, unit, bound, lines, loose = false) {
  const all = [...values, ...(bound === null || bound === undefined ? [] : [bound])].filter(Number.isFinite);
  const low = Math.min(...all, Infinity), high = Math.max(...all, 0);
  const near = unit === "share" && low > 0.5 * high;
  return valueAxis([near ? low - (high - low) * 0.1 : 0, high], unit, lines, { fromZero: !near, loose, top: unit === "share" ? 1 : Infinity });
}

// A row for each case: its name and its value, and below them the value on an axis that all rows share.
class Rows {
  constructor(label, make) {
    Object.assign(this, { make });
    this.svg = svg("svg", { class: "rows", role: "group", "aria-label": label });
    this.element = html("div", { class: "plot" }, this.svg);
  }

  render() {
    const width = widthFor(this.element);
    const { rows, axis, lines = [], pick } = this.make(Math.floor(width / 110));
    const x = linear(axis.domain, [10, width - 10]), bottom = rows.length * ROW + 12;
    const focused = [...this.svg.querySelectorAll(".row")].indexOf(document.activeElement);
    this.svg.setAttribute("viewBox", `0 0 ${width} ${bottom + 30}`);
    const grid = axis.ticks.flatMap(({ at }) => rows.map((_, i) => svg("line", { class: "grid", x1: x(at), x2: x(at), y1: i * ROW + 26, y2: i * ROW + 43 })));
    const ticks = apart(axis.ticks.map((tick) => ({ ...tick, pixel: x(tick.at) })), 0, width - 8).map(({ middle, label }) => svg("text", { class: "tick", x: middle, y: bottom + 18, "text-anchor": "middle" }, label));
    const inside = lines.filter(({ at }) => at >= axis.domain[0] && at <= axis.domain[1]);
    const upright = rows.flatMap((_, i) => inside.map(({ at, kind }) => svg("line", { class: kind, x1: x(at), x2: x(at), y1: i * ROW + 24, y2: i * ROW + 45 })));
    const under = rows.map(({ chosen }, i) => svg("rect", { class: `under${chosen ? " chosen" : ""}`, x: 0, y: i * ROW + 3, width, height: ROW - 2, rx: 4 }));
    this.svg.replaceChildren(...under, ...grid, svg("line", { class: "spine", x1: 0, x2: width, y1: bottom + 0.5, y2: bottom + 0.5 }), ...upright, ...ticks, ...rows.map((row, i) => this.row(row, i, x, width, pick)));
    if (focused >= 0) this.svg.querySelectorAll(".row")[focused]?.focus();
  }

  row({ name, text, detail, tone: kind, chosen, draw }, i, x, width, pick) {
    const top = i * ROW, value = fitted(text, width * 0.6, 12, 600);
    const press = (event) => (event.type === "click" || event.key === "Enter" || event.key === " ") && (event.preventDefault?.(), pick(i));
    return svg("g", { class: `row${chosen ? " chosen" : ""}`, tabindex: 0, role: pick ? "button" : "img", "aria-label": `${name}: ${detail ?? text}`, "aria-pressed": pick ? String(Boolean(chosen)) : null, ...(pick ? { onclick: press, onkeydown: press } : {}) },
      svg("title", {}, `${name.slice(0, 300)}: ${detail ?? text}`),
      svg("rect", { class: "hit", x: 0, y: top + 3, width, height: ROW - 2, rx: 4 }),
      svg("text", { class: "row-name", x: 4, y: top + 19 }, fitted(name, width - widthOf(value, 12, 600) - 24, 12, chosen ? 600 : 400)),
      svg("text", { class: `row-value ${kind ?? ""}`, x: width - 4, y: top + 19, "text-anchor": "end" }, value),
      ...draw(x, top + 34));
  }
}

function facetRows(facet, data, state, pick) {
  const { measure: { unit, bound }, readings } = facet;
  return new Rows(`${facet.measure.title} ${facet.measure.subtitle}, by alternative`, (lines) => ({
    axis: readingAxis(readings.filter(Boolean).flatMap(({ value }) => ends(value)), unit, bound, lines, true),
    lines: bound === null ? [] : [{ at: bound, kind: "promise all" }], pick,
    rows: data.cases.map(({ title }, i) => {
      const reading = readings[i];
      if (!reading) return { name: title, text: "no data", tone: "muted", chosen: state.case === i, draw: () => [] };
      const [mean, low, high] = ends(reading.value), kind = reading.verdict ?? "plain";
      const told = readingText(reading, unit);
      return {
        name: title, text: (reading.at_least ? "> " : "") + figure(mean, unit), tone: kind, chosen: state.case === i,
        detail: reading.verdict ? `${told}, ${VERDICTS[reading.verdict]}` : told,
        draw: (x, y) => [svg("line", { class: `whisker ${kind}`, x1: x(low), x2: x(high), y1: y, y2: y }), mark(reading.verdict, x(mean), y)],
      };
    }),
  }));
}

function tornadoRows(tornado) {
  const { unit, bound, bars } = tornado, base = tornado.base ?? 0;
  const outcomes = bars.flatMap((bar) => bar.ends.filter(Boolean).flatMap(({ change }) => ends(change).map((by) => Math.max(base + by, 0))));
  return new Rows(tornado.title, (lines) => ({
    axis: readingAxis([...outcomes, base], unit, null, lines, true),
    lines: [{ at: base, kind: "event" }, ...(bound === null ? [] : [{ at: bound, kind: "promise all" }])],
    rows: bars.map(({ name, stated, ends }) => ({
      name, text: `${stated} → ${ends.map((end) => end?.value ?? "–").join(" / ")}`, tone: "muted",
      detail: ends.filter(Boolean).map(({ value, change }) => `${figure(Math.max(base + change[0], 0), unit)} at ${value}`).join(", "),
      draw: (x, y) => ends.flatMap((end, i) => (end ? swing(end, base, x, y + i * 5 - 4, i) : [])),
    })),
  }));
}

function swing({ change, told }, base, x, y, i) {
  const [mean] = change, from = x(base), to = x(Math.max(base + mean, 0));
  return [svg("rect", { class: `bar ${told ? tone(i) : "ghost"}`, x: Math.min(from, to), y, width: Math.max(Math.abs(to - from), 1), height: 5 })];
}

// Swept values at their number where all are numbers in one unit, else evenly.
function positions(values) {
  const parts = values.map((value) => /^([0-9.]+)(.*)$/.exec(value));
  const numeric = parts.every((part) => part && Number.isFinite(Number(part[1])) && part[2] === parts[0][2]);
  const numbers = numeric ? parts.map((part) => Number(part[1])) : [];
  return numeric && new Set(numbers).size === numbers.length ? numbers : values.map((_, i) => i);
}

// One measure over one swept path: a line with its band for each alternative, or dots where the sweep is no grid.
function sweptView(sweep, measure, path) {
  const { unit, bound } = sweep.measures[measure], axis = sweep.axes[path], places = positions(axis.values);
  const lines = sweep.cases.map((name, i) => ({
    name, tone: tone(i),
    points: sweep.points.filter((point) => point.case === i && point.readings[measure] && point.at[path] !== null)
      .map((point) => ({ x: places[point.at[path]], reading: point.readings[measure], verdict: point.verdict })).sort((a, b) => a.x - b.x),
  }));
  const values = lines.flatMap(({ points }) => points.flatMap(({ reading }) => ends(reading.value)));
  const low = Math.min(...places), high = Math.max(...places), room = (high - low) * 0.05 || 0.5;
  const order = places.map((at, i) => ({ at, label: axis.values[i] })).sort((a, b) => a.at - b.at);
  const path_of = (points, pick) => points.map(({ x, reading }) => [x, pick(ends(reading.value))]);
  return {
    height: 220, x: { domain: [low - room, high + room], title: axis.path, axis: () => [low - room, high + room], ticks: order },
    y: readingAxis(values, unit, bound, 5), stops: order.map(({ at }) => at),
    layers: (x, y) => {
      const pixels = (points) => points.map(([at, value]) => [x(at), y(Math.max(value, y.low))]);
      const drawn = lines.flatMap(({ points, tone }) => [
        sweep.is_grid ? svg("path", { class: `interval ${tone}`, d: `${pathOf(pixels([...path_of(points, ([, low]) => low), ...path_of(points, ([, , high]) => high).reverse()]))}Z` }) : null,
        sweep.is_grid ? svg("path", { class: `line ${tone}`, "stroke-width": 2.2, d: pathOf(pixels(path_of(points, ([mean]) => mean))) }) : null,
        ...points.map(({ x: at, reading, verdict }) => mark(verdict, x(at), y(reading.value[0]), tone)),
      ]);
      return [bound === null ? null : svg("line", { class: "promise all", x1: x.from, x2: x.to, y1: y(bound), y2: y(bound) }), ...drawn].filter(Boolean);
    },
    labels: sweep.is_grid && lines.length > 1 && lines.length <= LABELS ? lines.filter(({ points }) => points.length).map(({ name, tone, points }) => ({ at: points.at(-1).reading.value[0], text: name, tone })) : [],
    read: (i) => ({
      title: `${axis.path} = ${order[i].label}`,
      rows: lines.flatMap(({ name, tone, points }) => points.filter(({ x }) => x === order[i].at).slice(0, 12).map(({ reading, verdict }) => ({ tone, name, text: readingText(reading, unit) + (verdict ? `, ${VERDICTS[verdict]}` : "") }))),
    }),
  };
}

// Viridis at nine places.
const VIRIDIS = ["#440154", "#472d7b", "#3b528b", "#2c728e", "#21918c", "#28ae80", "#5ec962", "#addc30", "#fde725"];

function shade(part) {
  const place = Math.min(Math.max(part, 0), 1) * (VIRIDIS.length - 1), at = Math.min(Math.floor(place), VIRIDIS.length - 2);
  const channels = (color) => [1, 3, 5].map((from) => parseInt(color.slice(from, from + 2), 16));
  const [one, other] = [channels(VIRIDIS[at]), channels(VIRIDIS[at + 1])];
  return `rgb(${one.map((value, i) => Math.round(value + (other[i] - value) * (place - at))).join(" ")})`;
}

// The heatmaps of a grid: across the first path, upwards the second, one for each alternative and value of the third.
function heatmapGroups(sweep) {
  const third = sweep.axes[2]?.values ?? [null];
  const first = (point) => point.at.slice(3).every((at) => at === 0);
  return sweep.cases.flatMap((name, i) => third.map((value, k) => ({
    title: [sweep.cases.length > 1 ? name : "", value === null ? "" : `${sweep.axes[2].path} = ${value}`].filter(Boolean).join(", "),
    points: sweep.points.filter((point) => point.case === i && first(point) && (value === null || point.at[2] === k)),
  })));
}

function heatmap(sweep, measure, { title, points }, range, readout) {
  const [across, up] = sweep.axes, { unit } = sweep.measures[measure];
  const find = (i, k) => points.find((point) => point.at[0] === i && point.at[1] === k);
  const met = (i, k) => find(i, k)?.verdict === "met";
  const cell = (i, k) => {
    const point = find(i, k), reading = point?.readings[measure];
    if (!reading) return html("td", {}, "");
    const part = range[1] > range[0] ? (reading.value[0] - range[0]) / (range[1] - range[0]) : 0.5;
    const told = `${across.path} = ${across.values[i]}, ${up.path} = ${up.values[k]}: ${readingText(reading, unit)}${point.verdict ? `, every objective together ${VERDICTS[point.verdict]}` : ""}`;
    const tell = () => (readout.textContent = told);
    const edges = met(i, k) ? [["left", i - 1, k], ["right", i + 1, k], ["top", i, k + 1], ["bottom", i, k - 1]].filter(([, a, b]) => !met(a, b)).map(([side]) => side) : [];
    const made = html("td", { class: `heat ${part > 0.55 ? "bright" : "deep"} ${edges.join(" ")}`, tabindex: 0, "aria-label": told, onpointerenter: tell, onfocus: tell }, (reading.at_least ? "> " : "") + figure(reading.value[0], unit));
    made.style.backgroundColor = shade(part);
    return made;
  };
  const rows = up.values.map((value, k) => html("tr", {}, html("th", { scope: "row" }, value), ...across.values.map((_, i) => cell(i, k)))).reverse();
  const foot = html("tr", {}, html("td", {}), ...across.values.map((value) => html("th", { scope: "col" }, value)));
  const table = html("table", { class: "heatmap" }, html("caption", {}, title), html("tbody", {}, ...rows, foot));
  return html("div", { class: "scroll" }, table);
}

function heatmaps(sweep, measure) {
  const means = sweep.points.map((point) => point.readings[measure]?.value[0]).filter(Number.isFinite);
  const range = [Math.min(...means), Math.max(...means)];
  const readout = html("p", { class: "readout", "aria-live": "polite" });
  return [html("div", { class: "heatmaps" }, ...heatmapGroups(sweep).map((group) => heatmap(sweep, measure, group, range, readout))), readout];
}
