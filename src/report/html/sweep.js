// The pictures of a sweep: lines or dots over a path, heatmaps over two.

// Swept values at their number where all are numbers in one unit, else evenly.
function positions(values) {
  const parts = values.map((value) => /^([0-9.]+)(.*)$/.exec(value));
  const numeric = parts.every((part) => part && Number.isFinite(Number(part[1])) && part[2] === parts[0][2]);
  const numbers = numeric ? parts.map((part) => Number(part[1])) : [];
  return numeric && new Set(numbers).size === numbers.length ? numbers : values.map((_, i) => i);
}

// One measure over one swept path: a line with its band for each alternative, or dots where the sweep is no grid.
class SweepView {
  height = 220;

  constructor(sweep, measure, path) {
    Object.assign(this, { sweep, ...sweep.measures[measure], axis: sweep.axes[path] });
    this.places = positions(this.axis.values);
    const point = ({ at, readings, verdict }) => ({ at: this.places[at[path]], reading: readings[measure], verdict });
    const own = (i) => sweep.points.filter((own) => own.case === i && own.readings[measure] && own.at[path] !== null);
    this.lines = sweep.cases.map((name, i) => ({
      name,
      tone: tone(i),
      points: own(i)
        .map(point)
        .sort((a, b) => a.at - b.at),
    }));
    const values = this.lines.flatMap(({ points }) => points.flatMap(({ reading }) => ends(reading.value, this.unit)));
    this.y = readingAxis(values, this.unit, this.bound, 5);
    this.values = this.places.map((at, i) => ({ at, label: this.axis.values[i] })).sort((a, b) => a.at - b.at);
    this.stops = this.values.map(({ at }) => at);
  }

  along() {
    const [low, high] = [this.stops[0], this.stops.at(-1)];
    const room = (high - low) * 0.05 || 0.5;
    return { domain: [low - room, high + room], ticks: this.values, title: this.axis.path };
  }

  layers(x, y) {
    const bound =
      this.bound === null
        ? []
        : [svg("line", { class: "promise all", x1: x.from, x2: x.to, y1: y(this.bound), y2: y(this.bound) })];
    return [...bound, ...this.lines.flatMap((line) => this.line(line, x, y))];
  }

  line({ points, tone }, x, y) {
    const end = (k) => points.map(({ at, reading }) => [x(at), y(Math.max(ends(reading.value, this.unit)[k], y.low))]);
    const marks = points.map(({ at, reading, verdict }) => mark(verdict, x(at), y(reading.value[0]), tone));
    if (!this.sweep.is_grid) return marks;
    const band = svg("path", { class: `interval ${tone}`, d: `${pathOf([...end(1), ...end(2).reverse()])}Z` });
    return [band, svg("path", { class: `line ${tone}`, "stroke-width": 2.2, d: pathOf(end(0)) }), ...marks];
  }

  read(i) {
    const { at, label } = this.values[i];
    const told = ({ reading, verdict }) => readingText(reading, this.unit) + (verdict ? `, ${VERDICTS[verdict]}` : "");
    const rows = ({ name, tone, points }) =>
      points
        .filter((point) => point.at === at)
        .slice(0, 12)
        .map((point) => ({ tone, name, text: told(point) }));
    return { title: `${this.axis.path} = ${label}`, rows: this.lines.flatMap(rows) };
  }
}

// Viridis at nine places.
const VIRIDIS = ["#440154", "#472d7b", "#3b528b", "#2c728e", "#21918c", "#28ae80", "#5ec962", "#addc30", "#fde725"];

function shade(part) {
  const place = Math.min(Math.max(part, 0), 1) * (VIRIDIS.length - 1);
  const at = Math.min(Math.floor(place), VIRIDIS.length - 2);
  const channels = (color) => [1, 3, 5].map((from) => parseInt(color.slice(from, from + 2), 16));
  const [one, other] = [channels(VIRIDIS[at]), channels(VIRIDIS[at + 1])];
  return `rgb(${one.map((value, i) => Math.round(value + (other[i] - value) * (place - at))).join(" ")})`;
}

// The heatmaps of a grid: across the first path, upwards the second, one for each alternative and value of the third.
function heatmapGroups(sweep) {
  const third = sweep.axes[2]?.values ?? [null];
  const first = (point) => point.at.slice(3).every((at) => at === 0);
  return sweep.cases.flatMap((name, i) =>
    third.map((value, k) => ({
      title: [sweep.cases.length > 1 ? name : "", value === null ? "" : `${sweep.axes[2].path} = ${value}`]
        .filter(Boolean)
        .join(", "),
      points: sweep.points.filter((point) => point.case === i && first(point) && (value === null || point.at[2] === k)),
    })),
  );
}

class Heatmap {
  constructor(sweep, measure, group, { range, readout }) {
    Object.assign(this, { measure, range, readout, ...group, unit: sweep.measures[measure].unit });
    [this.across, this.up] = sweep.axes;
  }

  find(i, k) {
    return this.points.find((point) => point.at[0] === i && point.at[1] === k);
  }

  meets(i, k) {
    return this.find(i, k)?.verdict === "met";
  }

  // The sides on which the part of the sweep ends where every objective is met.
  edges(i, k) {
    if (!this.meets(i, k)) return [];
    const neighbours = { left: [i - 1, k], right: [i + 1, k], top: [i, k + 1], bottom: [i, k - 1] };
    return Object.keys(neighbours).filter((side) => !this.meets(...neighbours[side]));
  }

  told(i, k, { verdict }, reading) {
    const where = `${this.across.path} = ${this.across.values[i]}, ${this.up.path} = ${this.up.values[k]}`;
    return `${where}: ${readingText(reading, this.unit)}${verdict ? `, every objective together ${VERDICTS[verdict]}` : ""}`;
  }

  cell(i, k) {
    const point = this.find(i, k);
    const reading = point?.readings[this.measure];
    if (!reading) return html("td", {}, "");
    const [low, high] = this.range;
    const part = high > low ? (reading.value[0] - low) / (high - low) : 0.5;
    const told = this.told(i, k, point, reading);
    const tell = () => (this.readout.textContent = told);
    const kind = `heat ${part > 0.55 ? "bright" : "deep"} ${this.edges(i, k).join(" ")}`;
    const text = (reading.at_least ? "> " : "") + figure(reading.value[0], this.unit);
    const cell = html(
      "td",
      { class: kind, tabindex: 0, "aria-label": told, onpointerenter: tell, onfocus: tell },
      text,
    );
    cell.style.backgroundColor = shade(part);
    return cell;
  }

  get element() {
    const cells = (k) => this.across.values.map((_, i) => this.cell(i, k));
    const rows = this.up.values.map((value, k) => html("tr", {}, html("th", { scope: "row" }, value), ...cells(k)));
    const foot = html(
      "tr",
      {},
      html("td", {}),
      ...this.across.values.map((value) => html("th", { scope: "col" }, value)),
    );
    const body = html("tbody", {}, ...rows.reverse(), foot);
    return html("div", { class: "scroll" }, html("table", { class: "heatmap" }, html("caption", {}, this.title), body));
  }
}

function heatmaps(sweep, measure) {
  const means = sweep.points.map((point) => point.readings[measure]?.value[0]).filter(Number.isFinite);
  const shared = {
    range: [Math.min(...means), Math.max(...means)],
    readout: html("p", { class: "readout", "aria-live": "polite" }),
  };
  const maps = heatmapGroups(sweep).map((group) => new Heatmap(sweep, measure, group, shared).element);
  return [html("div", { class: "heatmaps" }, ...maps), shared.readout];
}
