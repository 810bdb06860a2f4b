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
    const list = html("select", { id, onchange: () => change({ [key]: options[list.selectedIndex].value }) }, ...options.map(({ text }) => html("option", {}, text)));
    pictures.push(() => (list.selectedIndex = options.findIndex(({ value }) => value === state[key])));
    return html("div", { class: "choice" }, html("label", { for: id }, label), list);
  }
  const radios = options.map(({ text, value }) => {
    const input = html("input", { type: "radio", name: id, onchange: () => change({ [key]: value }) });
    pictures.push(() => (input.checked = state[key] === value));
    return html("label", { title: text.slice(0, 300) }, input, html("span", {}, html("bdi", {}, text)));
  });
  return html("fieldset", { class: "choice" }, html("legend", {}, label), html("div", { class: "segments" }, ...radios));
}

function toggle(text, key) {
  const button = html("button", { type: "button", onclick: () => change({ [key]: !state[key] }) }, text);
  pictures.push(() => button.setAttribute("aria-pressed", String(state[key])));
  return button;
}

// Names of classes as buttons: a click hides a class, with Shift it hides all others.
function legend() {
  const seen = data.classes.map((name, i) => ({ name, i })).filter(({ i }) => data.cases.some((kase) => kase.waits.some((wait) => wait.class === i)));
  if (seen.length < 2) return null;
  const click = (i) => (event) => {
    const hidden = new Set(state.hidden), others = seen.filter((other) => other.i !== i);
    if (event.shiftKey) {
      const alone = !hidden.has(i) && others.every((other) => hidden.has(other.i));
      others.forEach((other) => (alone ? hidden.delete(other.i) : hidden.add(other.i)));
      hidden.delete(i);
    } else if (!hidden.delete(i)) hidden.add(i);
    change({ hidden });
  };
  const buttons = seen.map(({ name, i }) => {
    const button = html("button", { type: "button", class: `key ${tone(i)}`, title: `${name.slice(0, 300)}: hide or show; with Shift, show alone`, onclick: click(i) }, html("i", { class: `swatch ${tone(i)}` }), html("bdi", {}, name));
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
  const [from, to] = state.zoom ?? [0, data.horizon], middle = (from + to) / 2, half = ((to - from) / 2) * factor;
  zoom([middle - half, middle + half]);
}

function zoomButtons() {
  const button = (text, label, onclick) => html("button", { type: "button", "aria-label": label, title: label, onclick }, text);
  const reset = button("All", "Show the whole run", () => zoom(null));
  pictures.push(() => (reset.disabled = !state.zoom));
  return html("div", { class: "zoom", role: "group", "aria-label": "Time" }, button("+", "Zoom in", () => zoomBy(0.5)), button("−", "Zoom out", () => zoomBy(2)), reset);
}

function controls() {
  const cases = data.cases.map(({ title }, value) => ({ text: title, value }));
  const parts = [cases.length > 1 ? choice("Alternative", cases, "case") : null, legend(), zoomButtons()].filter(Boolean);
  return html("nav", { class: "controls", "aria-label": "What the pictures show" }, ...parts);
}

// A picture with its title, the point it makes, its own controls and a note.
function figureOf({ id, title, note }, point, ...content) {
  const line = html("p", { class: "point" });
  if (point) pictures.push(() => (line.textContent = point(data, state)));
  return html("figure", { id }, html("figcaption", {}, html("h2", {}, title), point ? line : null, note ? html("p", { class: "note" }, note) : null), ...content);
}

const timelines = [];

function overTime(about, view, point, ...own) {
  const follow = (value, from) => timelines.filter((plot) => plot !== from).forEach((plot) => plot.show(value));
  const plot = new Plot(about.title, { zoom, point: follow });
  timelines.push(plot);
  pictures.push(() => plot.render(view(data, state)));
  return figureOf(about, point, own.length ? html("div", { class: "own" }, ...own) : null, plot.element);
}

function waits() {
  const quantiles = QUANTILES.map((value) => ({ text: value, value }));
  const behind = data.cases.length > 1 ? ", grey the base case" : "";
  const about = { id: "waits", title: "Wait by time of creation", note: `Time from created to started. Bands: ${wholePercent(data.confidence)} intervals; dashed: objectives${behind}. With one class, all three quantiles.` };
  return overTime(about, waitsView, waitsPoint, choice("Quantile", quantiles, "quantile"), toggle("Log scale", "log"));
}

function backlog() {
  const keys = () => html("span", { class: "keys" }, ...Object.keys(PLACES).toReversed().filter((place) => data.cases.some((kase) => kase.places.some((own) => own.place === place))).map((place) => html("span", {}, html("i", { class: `swatch ${place}` }), PLACES[place])));
  const own = data.classes.length > 1 ? [choice("By", [{ text: "place", value: "place" }, { text: "class", value: "class" }], "stack")] : [];
  const places = keys();
  pictures.push(() => (places.hidden = state.stack !== "place"));
  const about = { id: "backlog", title: "Backlog", note: "Jobs by the place where they are, stacked; by class, those that are created and not started." };
  return overTime(about, backlogView, backlogPoint, ...own, places);
}

function alternatives() {
  const boxes = data.facets.map((facet) => {
    const rows = facetRows(facet, data, state, (i) => change({ case: i }));
    pictures.push(() => rows.render());
    return html("div", { class: "facet" }, html("h3", {}, html("bdi", {}, facet.measure.title)), html("p", { class: "note" }, html("bdi", {}, facet.measure.subtitle)), rows.element);
  });
  const note = `Means with ${wholePercent(data.confidence)} intervals; dashed: the objective. A click shows that alternative in the pictures below.`;
  return figureOf({ id: "alternatives-picture", title: "Alternatives side by side", note }, null, html("div", { class: boxes.length === 4 ? "facets pairs" : "facets" }, ...boxes));
}

function sweepPicture() {
  const { sweep } = data, grid = sweep.is_grid && sweep.axes.length > 1, box = html("div", { class: grid ? "" : "facets" });
  const several = sweep.measures.map(({ title, subtitle }, value) => ({ text: `${title}: ${subtitle}`, value }));
  const chooser = sweep.axes.length > 1 && several.length > 1 ? [choice("Objective", several, "measure")] : [];
  const keys = grid || sweep.cases.length < 2 ? [] : sweep.cases.map((name, i) => html("span", { class: "keys" }, html("i", { class: `swatch ${tone(i)}` }), html("bdi", {}, name)));
  const own = html("div", { class: "own" }, ...chooser, ...keys);
  if (grid) pictures.push(() => box.replaceChildren(...heatmaps(sweep, state.measure)));
  else {
    const parts = sweep.axes.length > 1 ? sweep.axes.map((_, path) => [() => state.measure, path]) : sweep.measures.map((_, measure) => [() => measure, 0]);
    for (const [measure, path] of parts) {
      const { title, subtitle } = sweep.measures[measure()], plot = new Plot(`Sweep of ${sweep.axes[path].path}`);
      pictures.push(() => plot.render(sweptView(sweep, measure(), path)));
      const head = sweep.axes.length > 1 ? [html("h3", {}, sweep.axes[path].path)] : [html("h3", {}, html("bdi", {}, title)), html("p", { class: "note" }, html("bdi", {}, subtitle))];
      box.append(html("div", { class: "facet" }, ...head, plot.element));
    }
  }
  const note = grid ? `Across ${sweep.axes[0].path}, upwards ${sweep.axes[1].path}. Outlined: every objective is met.`
    : `Means with ${wholePercent(data.confidence)} intervals; a disc: every objective is met, a cross: one is missed, a diamond: not decided.`;
  return figureOf({ id: "sweep-picture", title: "Sweep", note }, null, own, box);
}

function tornadoes() {
  const boxes = data.tornado.map((tornado) => {
    const rows = tornadoRows(tornado);
    pictures.push(() => rows.render());
    return html("div", { class: "facet wide" }, html("h3", {}, tornado.title.replaceAll("`", "")), rows.element);
  });
  const keys = html("div", { class: "own keys" }, ...[["s0", "lower"], ["s1", "higher"], ["ghost", "not told from no change"]].map(([kind, text]) => html("span", {}, html("i", { class: `swatch ${kind}` }), text)));
  return figureOf({ id: "tornado", title: "Which assumptions matter", note: "One number at a time, lower and higher." }, null, keys, html("div", { class: "facets" }, ...boxes));
}

const has = (part) => data.cases.some((kase) => kase[part].length);

function page() {
  const any = has("waits") || has("places") || has("pools");
  return [
    data.facets.length ? alternatives() : null,
    any ? controls() : null,
    has("waits") ? waits() : null,
    has("places") ? backlog() : null,
    has("alerts") ? overTime({ id: "alerts-picture", title: "Alerts", note: "When each alert fires: the stronger the colour, the more of the replications it fires in." }, alertsView, alertsPoint) : null,
    has("pools") ? overTime({ id: "workers", title: "Workers", note: "Busy workers, and those available as the upper line." }, workersView, workersPoint) : null,
    has("tails") ? distribution() : null,
    data.sweep ? sweepPicture() : null,
    data.tornado.length ? tornadoes() : null,
  ].filter(Boolean);
}

function distribution() {
  const plot = new Plot("Distribution of waits");
  pictures.push(() => plot.render(tailsView(data, state)));
  const note = "Share of jobs that wait longer than the time below, both axes logarithmic. An objective is met where the curve of its colour passes below its ring.";
  return figureOf({ id: "distribution", title: "Distribution of waits", note }, tailsPoint, plot.element);
}

document.getElementById("pictures").append(...page());
draw();

let width = document.body.clientWidth;
new ResizeObserver(() => {
  if (document.body.clientWidth !== width && !Plot.printing) draw();
  width = document.body.clientWidth;
}).observe(document.body);

for (const [event, printing] of [["beforeprint", true], ["afterprint", false]]) {
  addEventListener(event, () => {
    Plot.printing = printing;
    draw();
  });
}
