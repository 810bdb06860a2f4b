// The controls of the page, what they change, and the pictures that follow it.

const data = JSON.parse(document.getElementById("data").textContent);
const state = { case: 0, hidden: new Set(), zoom: null, quantile: "p95", log: false, stack: "place", measure: 0 };
const pictures = [];
// Letters of all options that still make a row of buttons.
const MOST_LETTERS = 80;

function change(changes) {
  Object.assign(state, changes);
  draw();
}

function draw() {
  for (const picture of pictures) picture();
}

// A choice of one among few as a row of radio buttons, among many as a list.
function choice(label, options, key) {
  const id = `choice-${key}`;
  if (options.map(({ text }) => text).join("").length > MOST_LETTERS) {
    const list = html(
      "select",
      { id, onchange: () => change({ [key]: options[list.selectedIndex].value }) },
      ...options.map(({ text }) => html("option", {}, text)),
    );
    pictures.push(() => (list.selectedIndex = options.findIndex(({ value }) => value === state[key])));
    return html("div", { class: "choice" }, html("label", { for: id }, label), list);
  }
  const radios = options.map(({ text, value }) => {
    const input = html("input", { type: "radio", name: id, onchange: () => change({ [key]: value }) });
    pictures.push(() => (input.checked = state[key] === value));
    return html("label", { title: text.slice(0, 300) }, input, html("span", {}, html("bdi", {}, text)));
  });
  return html(
    "fieldset",
    { class: "choice" },
    html("legend", {}, label),
    html("div", { class: "segments" }, ...radios),
  );
}

function toggle(text, key) {
  const button = html("button", { type: "button", onclick: () => change({ [key]: !state[key] }) }, text);
  pictures.push(() => button.setAttribute("aria-pressed", String(state[key])));
  return button;
}

// Names of classes as buttons: a click hides a class, with Shift it hides all others.
function legend() {
  const seen = data.classes
    .map((name, i) => ({ name, i }))
    .filter(({ i }) => data.cases.some((kase) => kase.waits.some((wait) => wait.class === i)));
  if (seen.length < 2) return null;
  const click = (i) => (event) => {
    const hidden = new Set(state.hidden);
    const others = seen.filter((other) => other.i !== i);
    if (event.shiftKey) {
      const alone = !hidden.has(i) && others.every((other) => hidden.has(other.i));
      others.forEach((other) => (alone ? hidden.delete(other.i) : hidden.add(other.i)));
      hidden.delete(i);
    } else if (!hidden.delete(i)) hidden.add(i);
    change({ hidden });
  };
  const buttons = seen.map(({ name, i }) => {
    const button = html(
      "button",
      {
        type: "button",
        class: `key ${tone(i)}`,
        title: `${name.slice(0, 300)}: hide or show; with Shift, show alone`,
        onclick: click(i),
      },
      html("i", { class: `swatch ${tone(i)}` }),
      html("bdi", {}, name),
    );
    pictures.push(() => button.setAttribute("aria-pressed", String(!state.hidden.has(i))));
    return button;
  });
  return html("div", { class: "legend", role: "group", "aria-label": "Job classes" }, ...buttons);
}

// A stretch of time, kept inside the run and not shorter than a few steps; all of it is no zoom.
function zoom(range) {
  if (!range) return change({ zoom: null });
  const length = Math.max(range[1] - range[0], data.step * 4);
  if (length >= data.horizon) return change({ zoom: null });
  const from = Math.min(Math.max((range[0] + range[1] - length) / 2, 0), data.horizon - length);
  change({ zoom: [from, from + length] });
}

function zoomBy(factor) {
  const [from, to] = state.zoom ?? [0, data.horizon];
  const middle = (from + to) / 2;
  const half = ((to - from) / 2) * factor;
  zoom([middle - half, middle + half]);
}

function zoomButtons() {
  const button = (text, label, onclick) =>
    html("button", { type: "button", "aria-label": label, title: label, onclick }, text);
  const reset = button("All", "Show the whole run", () => zoom(null));
  pictures.push(() => (reset.disabled = !state.zoom));
  return html(
    "div",
    { class: "zoom", role: "group", "aria-label": "Time" },
    button("+", "Zoom in", () => zoomBy(0.5)),
    button("−", "Zoom out", () => zoomBy(2)),
    reset,
  );
}

function controls() {
  const cases = data.cases.map(({ title }, value) => ({ text: title, value }));
  const parts = [cases.length > 1 ? choice("Alternative", cases, "case") : null, legend(), zoomButtons()].filter(
    Boolean,
  );
  return html("nav", { class: "controls", "aria-label": "What the pictures show" }, ...parts);
}

// A picture with its title, its own controls and a note.
function figureOf({ id, title, note, point = null }, ...content) {
  const head = [html("h2", {}, title), point, html("p", { class: "note" }, note)];
  return html("figure", { id }, html("figcaption", {}, ...head), ...content);
}

// A picture that is drawn by a view, with the point that the view makes.
function pictured(about, View, plot, ...own) {
  const point = html("p", { class: "point" });
  pictures.push(() => {
    const view = new View(data, state);
    plot.render(view);
    point.textContent = view.point;
  });
  return figureOf({ ...about, point }, html("div", { class: "own" }, ...own), plot.element);
}

const timelines = [];

function overTime(about, View, ...own) {
  const follow = (value, from) => timelines.filter((plot) => plot !== from).forEach((plot) => plot.show(value));
  const plot = new Plot(about.title, { zoom, point: follow });
  timelines.push(plot);
  return pictured(about, View, plot, ...own);
}

const swatch = (kind, text) => html("span", {}, html("i", { class: `swatch ${kind}` }), html("bdi", {}, text));

function waits() {
  const quantiles = QUANTILES.map((value) => ({ text: value, value }));
  const behind = data.cases.length > 1 ? ", grey the base case" : "";
  const note = `Time from created to started. Bands: ${wholePercent(data.confidence)} intervals; dashed: objectives${behind}. With one class, all three quantiles.`;
  const own = [choice("Quantile", quantiles, "quantile"), toggle("Log scale", "log")];
  return overTime({ id: "waits", title: "Wait by time of creation", note }, WaitsView, ...own);
}

function backlog() {
  const seen = (place) => data.cases.some((kase) => kase.places.some((own) => own.place === place));
  const places = Object.keys(PLACES).filter(seen).reverse();
  const keys = html("span", { class: "keys" }, ...places.map((place) => swatch(place, PLACES[place])));
  pictures.push(() => (keys.hidden = state.stack !== "place"));
  const stacks = ["place", "class"].map((value) => ({ text: value, value }));
  const own = data.classes.length > 1 ? [choice("By", stacks, "stack"), keys] : [keys];
  const note = "Jobs by the place where they are, stacked; by class, those that are created and not started.";
  return overTime({ id: "backlog", title: "Backlog", note }, BacklogView, ...own);
}

function alerts() {
  const note = "When each alert fires: the stronger the colour, the more of the replications it fires in.";
  return overTime({ id: "alerts-picture", title: "Alerts", note }, AlertsView);
}

function workers() {
  const note = "Busy workers, and those available as the upper line.";
  return overTime({ id: "workers", title: "Workers", note }, WorkersView);
}

function distribution() {
  const note =
    "Share of jobs that wait longer than the time below, both axes logarithmic. An objective is met where the curve of its colour passes below its ring.";
  const title = "Distribution of waits";
  return pictured({ id: "distribution", title, note }, DistributionView, new Plot(title));
}

function alternatives() {
  const boxes = data.facets.map((facet) => {
    const rows = facetRows(facet, data, state, (i) => change({ case: i }));
    pictures.push(() => rows.render());
    return html(
      "div",
      { class: "facet" },
      html("h3", {}, html("bdi", {}, facet.measure.title)),
      html("p", { class: "note" }, html("bdi", {}, facet.measure.subtitle)),
      rows.element,
    );
  });
  const note = `Means with ${wholePercent(data.confidence)} intervals; dashed: the objective. A click shows that alternative in the pictures below.`;
  return figureOf(
    { id: "alternatives-picture", title: "Alternatives side by side", note },
    html("div", { class: boxes.length === 4 ? "facets pairs" : "facets" }, ...boxes),
  );
}

// One picture for each objective over the only path, or for the chosen objective over each path.
function sweptFacets(sweep) {
  const facet = (measure, path, ...head) => {
    const plot = new Plot(`Sweep of ${sweep.axes[path].path}`);
    pictures.push(() => plot.render(new SweepView(sweep, measure(), path)));
    return html("div", { class: "facet" }, ...head, plot.element);
  };
  if (sweep.axes.length > 1) {
    return sweep.axes.map((axis, path) => facet(() => state.measure, path, html("h3", {}, axis.path)));
  }
  return sweep.measures.map(({ title, subtitle }, measure) =>
    facet(
      () => measure,
      0,
      html("h3", {}, html("bdi", {}, title)),
      html("p", { class: "note" }, html("bdi", {}, subtitle)),
    ),
  );
}

function sweepPicture() {
  const { sweep } = data;
  const several = sweep.axes.length > 1;
  const grid = sweep.is_grid && several;
  const options = sweep.measures.map(({ title, subtitle }, value) => ({ text: `${title}: ${subtitle}`, value }));
  const chooser = several && options.length > 1 ? [choice("Objective", options, "measure")] : [];
  const keys = grid || sweep.cases.length < 2 ? [] : sweep.cases.map((name, i) => swatch(tone(i), name));
  const box = html("div", { class: grid ? "" : "facets" }, ...(grid ? [] : sweptFacets(sweep)));
  if (grid) pictures.push(() => box.replaceChildren(...heatmaps(sweep, state.measure)));
  const note = grid
    ? `Across ${sweep.axes[0].path}, upwards ${sweep.axes[1].path}. Outlined: every objective is met.`
    : `Means with ${wholePercent(data.confidence)} intervals; a disc: every objective is met, a cross: one is missed, a diamond: not decided.`;
  const own = html("div", { class: "own" }, ...chooser, html("span", { class: "keys" }, ...keys));
  return figureOf({ id: "sweep-picture", title: "Sweep", note }, own, box);
}

function tornadoes() {
  const boxes = data.tornado.map((tornado) => {
    const rows = tornadoRows(tornado);
    pictures.push(() => rows.render());
    return html("div", { class: "facet wide" }, html("h3", {}, tornado.title.replaceAll("`", "")), rows.element);
  });
  const kinds = { s0: "lower", s1: "higher", ghost: "not told from no change" };
  const keys = html("div", { class: "own keys" }, ...Object.keys(kinds).map((kind) => swatch(kind, kinds[kind])));
  const about = { id: "tornado", title: "Which assumptions matter", note: "One number at a time, lower and higher." };
  return figureOf(about, keys, html("div", { class: "facets" }, ...boxes));
}

const has = (part) => data.cases.some((kase) => kase[part].length);

function page() {
  const parts = [
    [data.facets.length, alternatives],
    [has("waits") || has("places") || has("pools"), controls],
    [has("waits"), waits],
    [has("places"), backlog],
    [has("alerts"), alerts],
    [has("pools"), workers],
    [has("tails"), distribution],
    [data.sweep, sweepPicture],
    [data.tornado.length, tornadoes],
  ];
  return parts.filter(([there]) => there).map(([, make]) => make());
}

document.getElementById("pictures").append(...page());
draw();

let width = document.body.clientWidth;
new ResizeObserver(() => {
  if (document.body.clientWidth !== width && !Plot.printing) draw();
  width = document.body.clientWidth;
}).observe(document.body);

for (const [event, printing] of [
  ["beforeprint", true],
  ["afterprint", false],
]) {
  addEventListener(event, () => {
    Plot.printing = printing;
    draw();
  });
}
