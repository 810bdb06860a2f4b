// Where the jobs are, what the workers do, and when alerts fire, over time.

const PLACES = {
  running: "running on a worker",
  ready: "ready in a queue",
  staged: "staged before a dispatcher",
  prefetched: "taken in advance by a worker",
  retrying: "waiting to be tried again",
};

// Areas from the bottom to the top, each with the sums up to it: of the places, or of the classes.
function stackOf(data, state, stack = state.stack) {
  const { places, backlogs } = data.cases[state.case];
  const below = [];
  const layers =
    stack === "class"
      ? visible(backlogs, state).map((own) => ({
          name: data.classes[own.class],
          tone: tone(own.class),
          jobs: own.jobs.mean,
        }))
      : places.map(({ place, jobs }) => ({ name: PLACES[place], place, tone: place, jobs: jobs.mean }));
  return layers.map((layer) => ({
    ...layer,
    tops: layer.jobs.map((jobs, i) => (below[i] = (below[i] ?? 0) + (jobs ?? 0))),
  }));
}

class BacklogView extends Timeline {
  height = 260;

  constructor(data, state) {
    super(data, state);
    this.stack = stackOf(data, state);
    this.ghost = state.case === 0 ? null : stackOf(data, { ...state, case: 0 }).at(-1);
    const tops = [this.stack.at(-1), this.ghost].flatMap((layer) => this.seen(layer?.tops ?? []));
    this.y = { ...valueAxis([0, Math.max(...tops, 1)], "jobs", 6), unit: "jobs" };
  }

  // From the top down, each to the axis, so that no seam shows.
  layers(x, y) {
    const areas = this.stack.toReversed().flatMap(({ tops, tone }) => this.area(tops, x, y, tone));
    const ghost = this.ghost ? this.line({ mean: this.ghost.tops }, x, y, "line ghost", 1.6) : [];
    return [...areas, ...ghost, ...this.stack.flatMap((layer, k) => this.nameInside(layer, this.stack[k - 1], x, y))];
  }

  // The name of an area where it stays thickest over the width of the name, if it fits there.
  nameInside({ name, place, tone, jobs }, below, x, y) {
    const text = place ?? name;
    const half = widthOf(text, 12, 600) / 2 + 4;
    const at = (i) => x(this.stops[i]);
    const fits = (i) => at(i) - half >= x.from && at(i) + half <= x.to;
    const thinnest = (i) => Math.min(...jobs.filter((_, k) => Math.abs(at(k) - at(i)) <= half));
    const best = largest(jobs.map((_, i) => (fits(i) ? thinnest(i) : null)));
    if (!best || y(0) - y(best.value) < 20) return [];
    const middle = (below?.tops[best.i] ?? 0) + best.value / 2;
    return [svg("text", { class: `inside ${tone}`, x: at(best.i), y: y(middle) + 4, "text-anchor": "middle" }, text)];
  }

  read(i) {
    const row = ({ name, tone, jobs }) => ({ tone, name, text: count(Math.round(jobs[i] ?? 0)) });
    return { title: this.title(i), rows: [...this.stack.toReversed().map(row), ...this.events(i)] };
  }

  get point() {
    const stack = stackOf(this.data, this.state, "place");
    const peak = largest(stack.at(-1)?.tops ?? []);
    if (!peak || peak.value < 0.5) return "There is never a backlog";
    const share = (stack.find(({ place }) => place === "staged")?.jobs[peak.i] ?? 0) / peak.value;
    const where =
      share > 0.02
        ? `, ${wholePercent(Math.round(share * 100) / 100)} of them staged before a dispatcher, where no queue shows them`
        : "";
    return `Up to ${count(Math.round(peak.value))} jobs in the system at ${this.title(peak.i)}${where}`;
  }
}

class WorkersView extends Timeline {
  height = 200;

  constructor(data, state) {
    super(data, state);
    this.pools = this.chosen.pools;
    this.alone = this.pools.length === 1;
    const most = this.pools.flatMap(({ busy, available }) => [...this.seen(busy.mean), ...this.seen(available.mean)]);
    this.y = { ...valueAxis([0, Math.max(...most, 1)], "workers", 5), unit: "workers" };
  }

  layers(x, y) {
    return this.pools.flatMap(({ busy, available }, i) => [
      ...(this.alone ? this.area(busy.mean, x, y, "faint s0") : []),
      ...this.band(busy, x, y, tone(i)),
      ...this.line(busy, x, y, `line ${tone(i)}`, 2.2),
      ...this.stairs(available.mean, x, y, this.alone ? "ink" : tone(i)),
    ]);
  }

  get labels() {
    const [first] = this.pools;
    if (this.alone)
      return [...this.label(first.available, "available", "ink"), ...this.label(first.busy, "busy", "s0")];
    return this.pools.length > LABELS ? [] : this.pools.flatMap(({ busy, name }, i) => this.label(busy, name, tone(i)));
  }

  read(i) {
    const workers = (series) => figure(series.mean[i] ?? 0, "workers");
    const row = ({ name, busy, available }, k) => ({
      tone: tone(k),
      name,
      text: `${workers(busy)} of ${workers(available)} busy`,
    });
    return { title: this.title(i), rows: [...this.pools.map(row), ...this.events(i)] };
  }

  get point() {
    const isFull =
      ({ available }) =>
      (busy, i) =>
        available.mean[i] > 0 && busy >= available.mean[i] * 0.98;
    const full = this.pools.map((pool) => ({ name: pool.name, steps: pool.busy.mean.filter(isFull(pool)).length }));
    const [longest] = full.sort((a, b) => b.steps - a.steps);
    if (!longest?.steps) return "The workers are never all busy";
    return `${longest.name}: at least ${wholePercent(0.98)} busy for ${duration(longest.steps * this.data.step)}`;
  }
}

const LANE = 34;
const LANE_BAR = 11;

// Neighbours of one value as one.
function stretches(values) {
  const found = [];
  values.forEach((value, i) => {
    if (found.at(-1)?.value === value) found.at(-1).to = i + 1;
    else found.push({ value, from: i, to: i + 1 });
  });
  return found;
}

class AlertsView extends Timeline {
  constructor(data, state) {
    super(data, state);
    this.lanes = this.chosen.alerts;
    this.height = Math.max(this.lanes.length, 1) * LANE;
    this.y = { domain: [this.lanes.length, 0], ticks: [] };
  }

  layers(x, y) {
    return this.lanes.flatMap((lane, i) => this.lane(lane, y(i) + 18, x));
  }

  // The darker, the more of the replications it fires in.
  lane({ name, firing, told }, y, x) {
    const { step, horizon } = this.data;
    const bar = (kind, from, to, opacity) =>
      svg("rect", { class: kind, x: rounded(x(from)), width: rounded(x(to) - x(from)), y, height: LANE_BAR, opacity });
    const shares = stretches(firing.mean.map((share) => Math.ceil(share * 10) / 10)).filter(({ value }) => value);
    const bars = shares.map(({ value, from, to }) =>
      bar("firing", from * step, Math.min(to * step, horizon), 0.25 + 0.75 * value),
    );
    const label = svg(
      "text",
      { class: "lane", x: x.from + 4, y: y - 5 },
      svg("tspan", { class: "strong" }, fitted(name, (x.to - x.from) * 0.6, 12, 600)),
      svg("tspan", { class: told === "never" ? "bad" : "muted", dx: 8 }, told),
    );
    return [bar("track", x.low, x.high, null), ...bars, label];
  }

  read(i) {
    const row = ({ name, firing }) => {
      const share = firing.mean[i];
      return {
        tone: share ? "firing" : "track",
        name,
        text: share ? `fires in ${wholePercent(share)} of runs` : "silent",
      };
    };
    return { title: this.title(i), rows: this.lanes.map(row) };
  }

  get point() {
    const fired = this.lanes.filter(({ told }) => told !== "never");
    const silent = this.lanes.length - fired.length;
    const onset = ({ firing }) => firing.mean.findIndex(Boolean);
    const [first] = fired.sort((a, b) => onset(a) - onset(b));
    if (!first) return "No alert ever fires";
    const rest = silent ? `; ${silent} of ${this.lanes.length} never fire` : "";
    return `${first.name} fires first, ${first.told} from the start of the fault${rest}`;
  }
}
