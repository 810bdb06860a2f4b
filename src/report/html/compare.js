// The pictures that compare design points: alternatives, a sweep, numbers varied one by one.

const ROW = 46;
const VERDICTS = { met: "met", missed: "missed", open: "not decided" };

// A value and the ends of its interval, inside what its unit allows.
function ends([mean, low, high], unit) {
  return [mean, low ?? mean, unit === "share" ? Math.min(high ?? mean, 1) : (high ?? mean)];
}

function readingText({ value: [mean, low, high], at_least }, unit) {
  const interval =
    low !== null && high - low > 1e-3 * Math.abs(mean)
      ? ` (${figure(Math.max(low, 0), unit)} to ${figure(unit === "share" ? Math.min(high, 1) : high, unit)})`
      : "";
  return (at_least ? "more than " : "") + figure(mean, unit) + interval;
}

// The axis of some values and a bound; shares close to the whole keep their room, but never pass it.
function readingAxis(values, unit, bound, lines, loose = false) {
  const all = [...values, ...(bound === null || bound === undefined ? [] : [bound])].filter(Number.isFinite);
  const low = Math.min(...all, Infinity);
  const high = Math.max(...all, 0);
  const near = unit === "share" && low > 0.5 * high;
  return valueAxis([near ? low - (high - low) * 0.1 : 0, high], unit, lines, {
    fromZero: !near,
    loose,
    top: unit === "share" ? 1 : Infinity,
  });
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
    const { rows, axis, lines = [], pick } = this.make(Math.max(Math.floor(width / 110), 3));
    const x = linear(axis.domain, [10, width - 10]);
    const bottom = rows.length * ROW + 12;
    const focused = [...this.svg.querySelectorAll(".row")].indexOf(document.activeElement);
    this.svg.setAttribute("viewBox", `0 0 ${width} ${bottom + 30}`);
    const grid = axis.ticks.flatMap(({ at }) =>
      rows.map((_, i) => svg("line", { class: "grid", x1: x(at), x2: x(at), y1: i * ROW + 26, y2: i * ROW + 43 })),
    );
    const ticks = apart(
      axis.ticks.map((tick) => ({ ...tick, pixel: x(tick.at) })),
      0,
      width - 8,
    ).map(({ middle, label }) =>
      svg("text", { class: "tick", x: middle, y: bottom + 18, "text-anchor": "middle" }, label),
    );
    const inside = lines.filter(({ at }) => at >= axis.domain[0] && at <= axis.domain[1]);
    const upright = rows.flatMap((_, i) =>
      inside.map(({ at, kind }) =>
        svg("line", { class: kind, x1: x(at), x2: x(at), y1: i * ROW + 24, y2: i * ROW + 45 }),
      ),
    );
    const under = rows.map(({ chosen }, i) =>
      svg("rect", { class: `under${chosen ? " chosen" : ""}`, x: 0, y: i * ROW + 3, width, height: ROW - 2, rx: 4 }),
    );
    this.svg.replaceChildren(
      ...under,
      ...grid,
      svg("line", { class: "spine", x1: 0, x2: width, y1: bottom + 0.5, y2: bottom + 0.5 }),
      ...upright,
      ...ticks,
      ...rows.map((row, i) => this.row(row, i, x, width, pick)),
    );
    if (focused >= 0) this.svg.querySelectorAll(".row")[focused]?.focus();
  }

  row({ name, text, detail, tone: kind, chosen, draw }, i, x, width, pick) {
    const top = i * ROW;
    const value = fitted(text, width * 0.6, 12, 600);
    const press = (event) =>
      (event.type === "click" || event.key === "Enter" || event.key === " ") && (event.preventDefault?.(), pick(i));
    return svg(
      "g",
      {
        class: `row${chosen ? " chosen" : ""}`,
        tabindex: 0,
        role: pick ? "button" : "img",
        "aria-label": `${name}: ${detail ?? text}`,
        "aria-pressed": pick ? String(Boolean(chosen)) : null,
        ...(pick ? { onclick: press, onkeydown: press } : {}),
      },
      svg("title", {}, `${name.slice(0, 300)}: ${detail ?? text}`),
      svg("rect", { class: "hit", x: 0, y: top + 3, width, height: ROW - 2, rx: 4 }),
      svg(
        "text",
        { class: "row-name", x: 4, y: top + 19 },
        fitted(name, width - widthOf(value, 12, 600) - 24, 12, chosen ? 600 : 400),
      ),
      svg("text", { class: `row-value ${kind ?? ""}`, x: width - 4, y: top + 19, "text-anchor": "end" }, value),
      ...draw(x, top + 34),
    );
  }
}

function facetRows(facet, data, state, pick) {
  const {
    measure: { unit, bound },
    readings,
  } = facet;
  return new Rows(`${facet.measure.title} ${facet.measure.subtitle}, by alternative`, (lines) => ({
    axis: readingAxis(
      readings.filter(Boolean).flatMap(({ value }) => ends(value, unit)),
      unit,
      bound,
      lines,
      true,
    ),
    lines: bound === null ? [] : [{ at: bound, kind: "promise all" }],
    pick,
    rows: data.cases.map(({ title }, i) => {
      const reading = readings[i];
      if (!reading) return { name: title, text: "no data", tone: "muted", chosen: state.case === i, draw: () => [] };
      const [mean, low, high] = ends(reading.value, unit);
      const kind = reading.verdict ?? "plain";
      const told = readingText(reading, unit);
      return {
        name: title,
        text: (reading.at_least ? "> " : "") + figure(mean, unit),
        tone: kind,
        chosen: state.case === i,
        detail: reading.verdict ? `${told}, ${VERDICTS[reading.verdict]}` : told,
        draw: (x, y) => [
          svg("line", { class: `whisker ${kind}`, x1: x(low), x2: x(high), y1: y, y2: y }),
          mark(reading.verdict, x(mean), y),
        ],
      };
    }),
  }));
}

function tornadoRows(tornado) {
  const { unit, bound, bars } = tornado;
  const base = tornado.base ?? 0;
  const outcomes = bars.flatMap((bar) =>
    bar.ends.filter(Boolean).flatMap(({ change }) => ends(change).map((by) => Math.max(base + by, 0))),
  );
  return new Rows(tornado.title, (lines) => ({
    axis: readingAxis([...outcomes, base], unit, null, lines, true),
    lines: [{ at: base, kind: "event" }, ...(bound === null ? [] : [{ at: bound, kind: "promise all" }])],
    rows: bars.map(({ name, stated, ends }) => ({
      name,
      text: `${stated} → ${ends.map((end) => end?.value ?? "–").join(" / ")}`,
      tone: "muted",
      detail: ends
        .filter(Boolean)
        .map(({ value, change }) => `${figure(Math.max(base + change[0], 0), unit)} at ${value}`)
        .join(", "),
      draw: (x, y) => ends.flatMap((end, i) => (end ? swing(end, base, x, y + i * 5 - 4, i) : [])),
    })),
  }));
}

function swing({ change, told }, base, x, y, i) {
  const [mean] = change;
  const from = x(base);
  const to = x(Math.max(base + mean, 0));
  return [
    svg("rect", {
      class: `bar ${told ? tone(i) : "ghost"}`,
      x: Math.min(from, to),
      y,
      width: Math.max(Math.abs(to - from), 1),
      height: 5,
    }),
  ];
}
