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

// The classes that are shown, where the buttons that name them are out of sight: on phones and on paper.
function classKeys() {
  const keys = html("span", { class: "keys of-classes" });
  const shown = (_, i) => !state.hidden.has(i);
  pictures.push(() => {
    const names = data.classes.map((name, i) => swatch(tone(i), name)).filter(shown);
    keys.replaceChildren(...(data.classes.length > 1 ? names : []));
  });
  return keys;
}

// Small pictures side by side, one for each name, hidden where the chosen case has none; `point` tells of all their views.
function several(about, names, { view, point, title = String, plots = timed, own = [] }) {
  const told = html("p", { class: "point" });
  const boxes = names.map((name) => {
    const plot = plots(`${about.title}: ${title(name)}`);
    const head = names.length > 1 ? [html("h3", {}, html("bdi", {}, title(name)))] : [];
    return { name, plot, element: html("div", { class: "facet" }, ...head, plot.element) };
  });
  pictures.push(() => {
    const views = boxes.map(({ name }) => view(name));
    const shown = views.filter(Boolean);
    // The width of each depends on how many there are.
    boxes.forEach(({ element }, i) => {
      element.hidden = !views[i];
      element.classList.toggle("wide", shown.length === 1);
    });
    boxes.forEach(({ plot }, i) => views[i] && plot.render(views[i]));
    told.textContent = point(shown);
  });
  const elements = boxes.map(({ element }) => element);
  const kind = names.length > 1 ? "facets pairs" : "";
  return figureOf(
    { ...about, point: told },
    html("div", { class: "own" }, ...own),
    html("div", { class: kind }, ...elements),
  );
}

const timelines = [];

// A plot over time: where one is read, all show the moment.
function timed(name) {
  const follow = (value, from) => timelines.filter((plot) => plot !== from).forEach((plot) => plot.show(value));
  const plot = new Plot(name, { zoom, point: follow });
  timelines.push(plot);
  return plot;
}

const overTime = (about, View, ...own) => pictured(about, View, timed(about.title), ...own);

const swatch = (kind, text) => html("span", {}, html("i", { class: `swatch ${kind}` }), html("bdi", {}, text));

function waits() {
  const quantiles = QUANTILES.map((value) => ({ text: value, value }));
  const behind = data.cases.length > 1 ? ", grey the base case" : "";
  const note = `Time from created to started. Bands: ${wholePercent(data.confidence)} intervals; dashed: objectives${behind}. With one class, all three quantiles.`;
  const own = [choice("Quantile", quantiles, "quantile"), toggle("Log scale", "log"), classKeys()];
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

// All names of a part of the cases, each once.
const namesOf = (part) => [...new Set(data.cases.flatMap((kase) => kase[part].map(({ name }) => name)))];
// A view of the part of that name of the chosen case, if it has one.
const viewOf = (part, View) => (name) =>
  data.cases[state.case][part].some((own) => own.name === name) ? new View(data, state, name) : null;

function workers() {
  const names = namesOf("pools");
  const away = AWAY.filter((kind) => data.cases.some((kase) => kase.pools.some((pool) => pool[kind])));
  const keys = [swatch("s0", "busy"), swatch("ink", "available"), ...away.map((kind) => swatch(kind, kind))];
  const own = names.length > 1 || away.length ? [html("span", { class: "keys" }, ...keys)] : [];
  const note = `Busy workers, and those available as the upper line${away.length ? "; above it those that cost and cannot work" : ""}.`;
  const point = (views) => poolsPoint(views, data.cases[state.case].used);
  return several({ id: "workers", title: "Workers", note }, names, { view: viewOf("pools", PoolView), point, own });
}

function load() {
  const note =
    "The work that is created, by job class, in workers that it takes (erlangs). Jobs that follow others and retries are not counted.";
  return overTime({ id: "load", title: "Offered load", note }, LoadView, classKeys());
}

function providers() {
  const keys = [swatch("s0", "calls in progress"), swatch("waiting", "jobs that hold a worker and wait to be let in")];
  const note = "Calls of each provider, stacked; dashed: the most that it lets in at once.";
  const view = viewOf("providers", ProviderView);
  const about = { id: "providers", title: "Providers", note };
  return several(about, namesOf("providers"), {
    view,
    point: providersPoint,
    own: [html("span", { class: "keys" }, ...keys)],
  });
}

function distribution() {
  const note =
    "Share of jobs that wait longer, on logarithmic axes. An objective is met where the curve of its colour passes below its ring.";
  const title = "Distribution of waits";
  return pictured({ id: "distribution", title, note }, DistributionView, new Plot(title), classKeys());
}

function facetBox(facet) {
  const rows = facetRows(facet, data, state, (i) => change({ case: i }));
  pictures.push(() => rows.render());
  return html(
    "div",
    { class: "facet" },
    html("h3", {}, html("bdi", {}, facet.measure.title)),
    html("p", { class: "note" }, html("bdi", {}, facet.measure.subtitle)),
    rows.element,
  );
}

function alternatives() {
  const boxes = [...data.facets, data.price].filter(Boolean).map(facetBox);
  const note = `Means with ${wholePercent(data.confidence)} intervals; dashed: the objective. A click shows that alternative in the pictures below.`;
  return figureOf(
    { id: "alternatives-picture", title: "Alternatives side by side", note },
    html("div", { class: boxes.length % 2 ? "facets" : "facets pairs" }, ...boxes),
  );
}

// The objectives against the cost; with many, those of the first.
const MOST_COSTS = 4;

function costs() {
  const facets = data.facets.slice(0, MOST_COSTS);
  const note = `Each alternative by what it costs and how well it does, with ${wholePercent(data.confidence)} intervals; dashed: the objective. The line joins those that no cheaper one beats.`;
  const title = (k) => `${facets[k].measure.title}: ${facets[k].measure.subtitle}`;
  const view = (k) => new CostView(data, state, facets[k]);
  const plots = (name) => new Plot(name);
  const about = { id: "costs", title: "What it costs", note };
  return several(about, [...facets.keys()], { view, point: () => costPoint(data), title, plots });
}

function drain() {
  const note =
    "Jobs that are created and not started, in each alternative, and how long they take to drain from the end of the fault.";
  const named = data.cases.map(({ title }, i) => ({ title, i })).slice(0, CASES);
  const rest = data.cases.length > CASES ? [swatch("ghost", "others")] : [];
  const keys = html("span", { class: "keys" }, ...named.map(({ title, i }) => swatch(tone(i), title)), ...rest);
  const figure = overTime({ id: "drain", title: "Drain and recovery", note }, DrainView, keys);
  figure.append(facetBox(data.drain));
  return figure;
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
    ? `${options.length > 1 ? "" : `${options[0].text}. `}Across ${sweep.axes[0].path}, upwards ${sweep.axes[1].path}. Outlined: every objective is met.`
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

// What compares comes first, as it answers the question; then what shows why.
function page() {
  const parts = [
    [data.facets.length, alternatives],
    [data.sweep, sweepPicture],
    [data.tornado.length, tornadoes],
    [has("waits") || has("places") || has("pools"), controls],
    [has("waits"), waits],
    [has("places"), backlog],
    [has("alerts"), alerts],
    [has("pools"), workers],
    [data.cases[0]?.load?.length, load],
    [has("providers"), providers],
    [has("tails"), distribution],
    [data.drain && has("places"), drain],
    [data.price && data.facets.length, costs],
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
