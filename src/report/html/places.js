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

// The jobs of a case that are created and not started, wherever they are.
function backlogOf({ places }) {
  const waiting = places.filter(({ place }) => place !== "running").map(({ jobs }) => jobs.mean);
  return waiting.reduce((sum, jobs) => jobs.map((own, i) => (own ?? 0) + (sum[i] ?? 0)), []);
}

// How the backlog grows and drains in each case.
class DrainView extends Timeline {
  height = 240;

  constructor(data, state) {
    super(data, state);
    this.curves = data.cases.map((kase, i) => ({ name: kase.title, mean: backlogOf(kase), tone: caseTone(i), i }));
    const most = this.curves.flatMap(({ mean }) => this.seen(mean));
    this.y = { ...valueAxis([0, Math.max(...most, 1)], "jobs", 5), unit: "jobs" };
  }

  layers(x, y) {
    const line = (curve) => this.line(curve, x, y, `line ${curve.tone}`, curve.i === this.state.case ? 3.2 : 1.8);
    return this.curves.toReversed().flatMap(line);
  }

  // Names stand at the peaks, which are apart where the ends all lie on the axis.
  get labels() {
    const seen = ({ mean }) => largest(mean.map((jobs, i) => (this.inRange(i) ? jobs : null)));
    const peaks = this.curves.filter(({ tone }) => tone !== "ghost").map((curve) => ({ ...curve, peak: seen(curve) }));
    const high = peaks.filter(({ peak }) => peak && peak.value > this.y.domain[1] * 0.08);
    return high.map(({ peak, name, tone }) => ({
      at: peak.value,
      x: this.stops[peak.i],
      text: name,
      tone,
      beside: true,
    }));
  }

  dots(time) {
    const i = this.index(time);
    return this.curves.map(({ mean, tone }) => ({ at: mean[i] ?? 0, tone }));
  }

  read(i) {
    const jobs = ({ mean }) => mean[i] ?? 0;
    const order = this.curves.toSorted((a, b) => jobs(b) - jobs(a)).slice(0, 12);
    const row = (curve) => ({ tone: curve.tone, name: curve.name, text: count(Math.round(jobs(curve))) });
    return { title: this.title(i), rows: [...order.map(row), ...this.events(i)] };
  }

  get point() {
    const { readings } = this.data.drain;
    const told = ({ value: [mean], at_least }) => (at_least ? "more than " : "") + duration(mean);
    const peak = largest(backlogOf(this.data.cases[0]))?.value ?? 0;
    const [base, ...rest] = readings.map((reading, i) => ({ reading, name: this.data.cases[i].title }));
    const known = rest.filter(({ reading }) => reading);
    const [best] = known.sort((a, b) => a.reading.value[0] - b.reading.value[0]);
    if (!base.reading) return "How the backlog drains";
    const lead = `${count(Math.round(peak))} jobs at the peak drain in ${told(base.reading)}`;
    const is_better = best && best.reading.value[0] < base.reading.value[0];
    return is_better ? `${lead}, with “${best.name}” in ${told(best.reading)}` : lead;
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
