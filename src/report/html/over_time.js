// The pictures over time: waits, backlog, workers, alerts; and the distribution of waits. Each gives a view of one case to a `Plot`.

const QUANTILES = ["p50", "p95", "p99"];
const PLACES = {
  running: "running on a worker", ready: "ready in a queue", staged: "staged before a dispatcher", retrying: "waiting for a retry",
};
const LABELS = 9;

const tone = (i) => `s${i % 13}`;
// Where the label of a curve stands: at its last value that is seen, which may be long before the end.
function labelOf(time, series, text, tone) {
  const end = series.mean.findLastIndex((value, i) => value !== null && time.stops[i] <= time.range[1] && time.stops[i] >= time.range[0]);
  return end < 0 ? [] : [{ at: series.mean[end], x: time.stops[end], text, tone }];
}
// Curves below others are wider, so that equal curves are all seen.
const nested = (i, all) => 2 + (all <= 3 ? 1.5 : 0.9) * Math.min(i, 5);
const largest = (values) => values.reduce((best, value, i) => (value !== null && (best === null || value > best.value) ? { value, i } : best), null);

// What all pictures over time share: their axis, and which steps are seen.
class Timeline {
  constructor(data, state) {
    Object.assign(this, { data, state, clock: new Clock(data) });
    this.range = state.zoom ?? [0, data.horizon];
    const steps = Math.round(data.horizon / data.step + 0.499);
    this.stops = Array.from({ length: steps }, (_, i) => Math.min((i + 0.5) * data.step, data.horizon));
  }

  get x() {
    let ticks = [];
    return {
      domain: this.range,
      axis: (lines) => ((ticks = timeAxis(this.range, this.clock, lines).ticks), this.range),
      get ticks() { return ticks; },
    };
  }

  seen(values) {
    const [low, high] = this.range;
    const from = Math.max(Math.floor(low / this.data.step) - 1, 0), to = Math.ceil(high / this.data.step) + 1;
    return values.slice(from, to);
  }

  title(i) {
    return this.clock.moment(this.stops[i]);
  }

  index(time) {
    return this.stops.findIndex((stop) => stop >= time - 1e-6);
  }

  line(series, x, y, kind, width) {
    const draw = (entries, style) => svg("path", { class: `${kind} ${style}`, "stroke-width": width, d: pathOf(entries.map((i) => [x(this.stops[i] ?? this.data.horizon), y(series.mean[i])])) });
    return runs(series.mean).flatMap((run) => {
      const cut = series.from === undefined ? run.length : run.findIndex((i) => i >= series.from);
      const certain = cut < 0 ? run.length : cut;
      const parts = [certain ? draw(run.slice(0, certain), "") : null, certain < run.length ? draw(run.slice(Math.max(certain - 1, 0)), "bound") : null];
      return parts.filter(Boolean);
    });
  }

  band(series, x, y, kind) {
    if (!series.half) return [];
    const ends = (run, sign) => run.map((i) => [x(this.stops[i]), y(Math.max(series.mean[i] + sign * series.half[i], 0))]);
    const known = series.mean.map((mean, i) => (series.half[i] === null ? null : mean));
    return runs(known).map((run) => svg("path", { class: `interval ${kind}`, d: `${pathOf([...ends(run, 1), ...ends(run, -1).reverse()])}Z` }));
  }

  // A line that is level over each step.
  stairs(values, x, y, kind) {
    const step = this.data.step;
    return runs(values).map((run) => svg("path", { class: kind, d: pathOf(run.flatMap((i) => [[x(i * step), y(values[i])], [x(Math.min((i + 1) * step, this.data.horizon)), y(values[i])]])) }));
  }

  // The events at a time, for those whose label does not fit.
  events(markers, i) {
    const time = this.stops[i], step = this.data.step;
    const now = markers.filter(({ from, to }) => from <= time + step / 2 && (to ?? from + step / 2) > time - step / 2);
    return now.map(({ kind, label }) => ({ tone: kind, name: label, text: "" }));
  }
}

function reading(series, i, unit) {
  const text = withHalf(series.mean[i], series.half?.[i] ?? 0, unit);
  return series.from !== undefined && i >= series.from ? `more than ${text}` : text;
}

// The waits of the chosen case in colour, those of the base behind them.
function waitsView(data, state) {
  const time = new Timeline(data, state), chosen = data.cases[state.case];
  const visible = (kase) => kase.waits.filter((wait) => !state.hidden.has(wait.class));
  const shown = visible(chosen), alone = shown.length === 1;
  const quantiles = (wait) => (alone ? QUANTILES : [state.quantile]).filter((quantile) => wait[quantile]);
  const curves = shown.flatMap((wait) => quantiles(wait).map((quantile) => ({ ...wait, quantile, series: wait[quantile] })));
  const ghosts = state.case === 0 ? [] : visible(data.cases[0]).filter((wait) => wait[state.quantile]);
  const promises = data.promises.filter(({ class: of }) => of === null || !state.hidden.has(of));
  const values = [...curves.map(({ series }) => series), ...ghosts.map((wait) => wait[state.quantile])].flatMap((series) => time.seen(series.mean)).filter((value) => value !== null);
  const reach = curves.flatMap(({ series }) => time.seen(series.mean.map((mean, i) => mean + (series.half?.[i] ?? 0))));
  const largestMean = Math.max(...values, 0.001), most = Math.min(Math.max(largestMean, ...reach), largestMean * 1.6), bounds = promises.filter((promise) => promise.time <= most * 1.5 || state.log);
  const name = (curve) => (alone ? `${data.classes[curve.class]} ${curve.quantile}` : data.classes[curve.class]);
  const high = Math.max(most, ...bounds.map((promise) => promise.time));
  const axis = state.log ? logDurations([0.01, high * 1.2], 8) : valueAxis([0, high * 1.03], "s", 6, { loose: true });
  return {
    height: 300, x: time.x, aligned: true, y: { ...axis, kind: state.log ? "log" : "linear" }, stops: time.stops, spans: chosen.markers,
    layers: (x, y) => [
      ...curves.filter(({ quantile }) => !alone || quantile === state.quantile).flatMap((curve) => time.band(curve.series, x, y, tone(curve.class))),
      ...ghosts.flatMap((wait) => time.line(wait[state.quantile], x, y, "line ghost", 1.6)),
      ...bounds.map((promise) => svg("line", { class: `promise ${promise.class === null ? "all" : tone(promise.class)}`, x1: x.from, x2: x.to, y1: y(promise.time), y2: y(promise.time) })),
      ...curves.map((curve, i) => time.line(curve.series, x, y, `line ${tone(curve.class)}${alone ? ` ${curve.quantile}` : ""}`, alone ? null : nested(i, curves.length))).reverse().flat(),
    ],
    labels: curves.length > LABELS ? [] : curves.flatMap((curve) => labelOf(time, curve.series, alone ? curve.quantile : name(curve), tone(curve.class))),
    dots: (value) => curves.map((curve) => ({ at: curve.series.mean[time.index(value)], tone: tone(curve.class) })).filter(({ at }) => at !== null && at !== undefined),
    read: (i) => ({
      title: `Created ${time.title(i)}`,
      rows: [...curves.filter(({ series }) => (series.mean[i] ?? null) !== null).sort((a, b) => b.series.mean[i] - a.series.mean[i])
        .map((curve) => ({ tone: tone(curve.class), name: name(curve), text: reading(curve.series, i, "s") })), ...time.events(chosen.markers, i)],
    }),
  };
}

function waitsPoint(data, state) {
  const time = new Timeline(data, state), chosen = data.cases[state.case];
  const peaks = chosen.waits.filter((wait) => wait[state.quantile] && !state.hidden.has(wait.class))
    .map((wait) => ({ wait, peak: largest(wait[state.quantile].mean) })).filter(({ peak }) => peak).sort((a, b) => b.peak.value - a.peak.value);
  if (!peaks.length) return "No job is created";
  const [{ wait, peak }] = peaks, from = wait[state.quantile].from;
  const value = (from !== undefined && peak.i >= from ? "more than " : "") + duration(peak.value);
  return `The ${state.quantile} wait of ${data.classes[wait.class]} peaks at ${value}${time.clock.wall ? `, for jobs created at ${time.title(peak.i)}` : ""}`;
}

// Stacked areas: of the places, or of the classes.
function layersOf(data, state) {
  const chosen = data.cases[state.case];
  if (state.stack === "class") {
    return chosen.backlogs.filter((backlog) => !state.hidden.has(backlog.class)).map((backlog) => ({ name: data.classes[backlog.class], tone: tone(backlog.class), jobs: backlog.jobs.mean }));
  }
  return chosen.places.map(({ place, jobs }) => ({ name: PLACES[place], place, tone: place, jobs: jobs.mean }));
}

function stacked(layers) {
  const below = [];
  return layers.map((layer) => ({ ...layer, tops: layer.jobs.map((jobs, i) => (below[i] = (below[i] ?? 0) + (jobs ?? 0))) }));
}

// The name of an area where it stays thickest over the width of the name, if it fits there.
function nameInside(time, { name, place, tone, jobs }, below, x, y) {
  const text = place ?? name, half = widthOf(text, 12, 600) / 2 + 4;
  const inside = (i) => x(time.stops[i]) - half >= x.from && x(time.stops[i]) + half <= x.to;
  const thinnest = (i) => Math.min(...jobs.filter((_, k) => Math.abs(x(time.stops[k]) - x(time.stops[i])) <= half));
  const best = largest(jobs.map((_, i) => (inside(i) ? thinnest(i) : null)));
  if (!best || y(0) - y(best.value) < 20) return null;
  return svg("text", { class: `inside ${tone}`, x: x(time.stops[best.i]), y: y((below?.[best.i] ?? 0) + best.value / 2) + 4, "text-anchor": "middle" }, text);
}

function backlogView(data, state) {
  const time = new Timeline(data, state), chosen = data.cases[state.case], stack = stacked(layersOf(data, state));
  const most = (kase) => Math.max(0, ...time.seen(stacked(layersOf(data, { ...state, case: kase })).at(-1)?.tops ?? []));
  const axis = valueAxis([0, Math.max(most(0), most(state.case), 1)], "jobs", 6);
  const ghost = state.case === 0 ? null : stacked(layersOf(data, { ...state, case: 0 })).at(-1);
  return {
    height: 260, x: time.x, aligned: true, y: { ...axis, unit: "jobs" }, stops: time.stops, spans: chosen.markers,
    layers: (x, y) => {
      const at = (i) => x(Math.min((i + 0.5) * data.step, data.horizon));
      // From the top down, each to the axis, so that no seam shows.
      const area = ({ tops, tone }) => svg("path", { class: `area ${tone}`, d: `${pathOf([[at(0), y(0)], ...tops.map((jobs, i) => [at(i), y(jobs)]), [at(tops.length - 1), y(0)]])}Z` });
      const names = stack.map((layer, k) => nameInside(time, layer, stack[k - 1]?.tops, x, y));
      return [...stack.toReversed().map(area), ...(ghost ? time.line({ mean: ghost.tops }, x, y, "line ghost", 1.6) : []), ...names].filter(Boolean);
    },
    read: (i) => ({
      title: time.title(i),
      rows: [...stack.toReversed().map(({ name, tone, jobs }) => ({ tone, name, text: count(Math.round(jobs[i] ?? 0)) })), ...time.events(chosen.markers, i)],
    }),
  };
}

function backlogPoint(data, state) {
  const time = new Timeline(data, state), stack = stacked(layersOf(data, { ...state, stack: "place" }));
  const peak = largest(stack.at(-1)?.tops ?? []);
  if (!peak || peak.value < 0.5) return "There is never a backlog";
  const staged = stack.find(({ place }) => place === "staged")?.jobs[peak.i] ?? 0;
  const where = staged > peak.value * 0.02 ? `, ${wholePercent(Math.round((staged / peak.value) * 100) / 100)} of them staged before a dispatcher, where no queue shows them` : "";
  return `Up to ${count(Math.round(peak.value))} jobs in the system at ${time.title(peak.i)}${where}`;
}

function workersView(data, state) {
  const time = new Timeline(data, state), chosen = data.cases[state.case], pools = chosen.pools, alone = pools.length === 1;
  const values = pools.flatMap(({ busy, available }) => [...time.seen(busy.mean), ...time.seen(available.mean)]);
  const axis = valueAxis([0, Math.max(...values, 1)], "workers", 5);
  const kind = (i) => (alone ? "s0" : tone(i));
  return {
    height: 200, x: time.x, aligned: true, y: { ...axis, unit: "workers" }, stops: time.stops, spans: chosen.markers,
    layers: (x, y) => pools.flatMap(({ busy, available }, i) => {
      const filled = alone ? runs(busy.mean).map((run) => svg("path", { class: "area faint s0", d: `${pathOf([[x(time.stops[run[0]]), y(0)], ...run.map((k) => [x(time.stops[k]), y(busy.mean[k])]), [x(time.stops[run.at(-1)]), y(0)]])}Z` })) : [];
      return [...filled, ...time.band(busy, x, y, kind(i)), ...time.line(busy, x, y, `line ${kind(i)}`, 2.2), ...time.stairs(available.mean, x, y, `stairs ${alone ? "ink" : kind(i)}`)];
    }),
    labels: alone
      ? [...labelOf(time, pools[0].available, "available", "ink"), ...labelOf(time, pools[0].busy, "busy", "s0")]
      : pools.length > LABELS ? [] : pools.flatMap((pool, i) => labelOf(time, pool.busy, pool.name, kind(i))),
    read: (i) => ({
      title: time.title(i),
      rows: [...pools.map((pool, k) => ({ tone: kind(k), name: pool.name, text: `${figure(pool.busy.mean[i] ?? 0, "workers")} of ${figure(pool.available.mean[i] ?? 0, "workers")} busy` })), ...time.events(chosen.markers, i)],
    }),
  };
}

function workersPoint(data, state) {
  const { pools } = data.cases[state.case];
  const full = (pool) => pool.busy.mean.filter((busy, i) => pool.available.mean[i] > 0 && busy >= pool.available.mean[i] * 0.98).length * data.step;
  const [longest] = pools.map((pool) => ({ pool, time: full(pool) })).sort((a, b) => b.time - a.time);
  if (!longest?.time) return "The workers are never all busy";
  return `${longest.pool.name}: at least ${wholePercent(0.98)} busy for ${duration(longest.time)}`;
}

const LANE = 34;

// Neighbours of one value as one.
function stretches(values) {
  const found = [];
  values.forEach((value, i) => {
    if (found.at(-1)?.value === value) found.at(-1).to = i + 1;
    else found.push({ value, from: i, to: i + 1 });
  });
  return found;
}

function alertsView(data, state) {
  const time = new Timeline(data, state), chosen = data.cases[state.case], lanes = chosen.alerts;
  return {
    height: Math.max(lanes.length, 1) * LANE, x: time.x, aligned: true, y: { domain: [lanes.length, 0], ticks: [] }, stops: time.stops, spans: chosen.markers,
    layers: (x, y) => lanes.flatMap(({ name, firing, told }, lane) => {
      const top = y(lane) + 18;
      const cells = stretches(firing.mean.map((share) => Math.ceil(share * 10) / 10)).filter(({ value }) => value).map(({ value, from, to }) => svg("rect", {
        class: "firing", x: rounded(x(from * data.step)), y: top, width: rounded(x(Math.min(to * data.step, data.horizon)) - x(from * data.step)), height: 11, opacity: 0.25 + 0.75 * value,
      }));
      const label = svg("text", { class: "lane", x: x.from + 4, y: top - 5 }, svg("tspan", { class: "strong" }, fitted(name, (x.to - x.from) * 0.6, 12, 600)), svg("tspan", { class: told === "never" ? "bad" : "muted", dx: 8 }, told));
      return [svg("rect", { class: "track", x: x.from, y: top, width: x.to - x.from, height: 11 }), ...cells, label];
    }),
    read: (i) => ({
      title: time.title(i),
      rows: lanes.map(({ name, firing }) => ({ tone: firing.mean[i] ? "firing" : "track", name, text: firing.mean[i] ? `fires in ${wholePercent(firing.mean[i])} of runs` : "silent" })),
    }),
  };
}

function alertsPoint(data, state) {
  const lanes = data.cases[state.case].alerts, silent = lanes.filter(({ told }) => told === "never");
  const onset = ({ firing }) => firing.mean.findIndex(Boolean);
  const [first] = lanes.filter((lane) => lane.told !== "never").sort((a, b) => onset(a) - onset(b));
  if (!first) return "No alert ever fires";
  return `${first.name} fires first, ${first.told} from the start of the fault${silent.length ? `; ${silent.length} of ${lanes.length} never fire` : ""}`;
}

// The share beyond x, from the last point at or before it.
function beyond(points, x) {
  const at = points.findLastIndex(([time]) => time <= x * (1 + 1e-9));
  return at < 0 ? null : at === points.length - 1 && x > points[at][0] * 1.001 ? 0 : points[at][1];
}

function tailsView(data, state) {
  const visible = (kase) => kase.tails.filter((tail) => !state.hidden.has(tail.class));
  const shown = visible(data.cases[state.case]), ghosts = state.case === 0 ? [] : visible(data.cases[0]);
  const promises = data.promises.filter(({ class: of }) => of === null || !state.hidden.has(of));
  const all = data.cases.flatMap(visible).flatMap(({ points }) => points);
  const high = Math.max(1, ...all.map(([time]) => time), ...promises.map(({ time }) => time)) * 1.1;
  const least = Math.max(Math.min(1, ...all.map(([, share]) => share).filter((share) => share > 0)), 1e-5);
  const low = 0.01, axis = logShares(least);
  let ticks = [];
  const curve = (points, x, y, kind, width) => {
    const inside = points.filter(([time]) => time >= low);
    const entry = points.findLast(([time]) => time < low);
    return svg("path", { class: `line ${kind}`, "stroke-width": width, d: pathOf([...(entry ? [[low, entry[1]]] : []), ...inside].map(([time, share]) => [x(time), y(share)])) });
  };
  const tones = (promise) => (promise.class === null ? "all" : tone(promise.class));
  return {
    height: 300,
    x: { kind: "log", domain: [low, high], title: "wait longer than", axis: (lines) => ((ticks = logDurations([low, high], lines).ticks), [low, high]), get ticks() { return ticks; } },
    y: { ...axis, kind: "log", unit: "of jobs" },
    stops: Array.from({ length: 121 }, (_, i) => low * (high / low) ** (i / 120)),
    layers: (x, y) => [
      ...promises.map(({ time, ...promise }) => svg("line", { class: `promise ${tones(promise)}`, x1: x(time), x2: x(time), y1: y.to, y2: y.from })),
      ...ghosts.map(({ points }) => curve(points, x, y, "ghost", 1.6)),
      ...shown.map((tail, i) => curve(tail.points, x, y, tone(tail.class), nested(i, shown.length))).reverse(),
      ...promises.filter(({ share }) => share !== null && share < 1).map((promise) => svg("circle", { class: `ring ${tones(promise)}`, cx: x(promise.time), cy: y(1 - promise.share), r: 6 })),
    ],
    dots: (value) => shown.map((tail) => ({ at: beyond(tail.points, value), tone: tone(tail.class) })).filter(({ at }) => at),
    read: (i) => {
      const time = low * (high / low) ** (i / 120);
      const rows = shown.map((tail) => ({ tail, share: beyond(tail.points, time) ?? 1 })).sort((a, b) => b.share - a.share);
      return { title: `Longer than ${duration(time)}`, rows: rows.map(({ tail, share }) => ({ tone: tone(tail.class), name: data.classes[tail.class], text: `${percent(Number(share.toPrecision(2)))} of jobs` })) };
    },
  };
}

function tailsPoint(data, state) {
  const promise = data.promises.find(({ class: of }) => of !== null && !state.hidden.has(of));
  const tail = promise && data.cases[state.case].tails.find((tail) => tail.class === promise.class);
  if (!tail) return "How many jobs wait how long";
  return `${percent(beyond(tail.points, promise.time) ?? 1)} of ${data.classes[promise.class]} wait longer than ${duration(promise.time)}`;
}
