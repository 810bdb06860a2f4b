// The workers of a pool, the load that is offered to all, and the calls of a provider, over time.

// Workers that are paid for and of no use.
const AWAY = ["booting", "down"];

class PoolView extends Timeline {
  height = 200;

  constructor(data, state, name) {
    super(data, state);
    this.pool = this.chosen.pools.find((pool) => pool.name === name);
    const { busy, available } = this.pool;
    this.away = [];
    let below = available.mean;
    for (const kind of AWAY.filter((kind) => this.pool[kind])) {
      const top = below.map((workers, i) => (workers ?? 0) + (this.pool[kind].mean[i] ?? 0));
      this.away.push({ kind, below, top });
      below = top;
    }
    const most = [busy.mean, below].flatMap((values) => this.seen(values));
    this.y = { ...valueAxis([0, Math.max(...most, 1)], "workers", 5), unit: "workers" };
  }

  layers(x, y) {
    const { busy, available } = this.pool;
    return [
      ...this.area(busy.mean, x, y, "faint s0"),
      ...this.away.flatMap(({ kind, below, top }) => this.between(below, top, x, y, `half ${kind}`)),
      ...this.band(busy, x, y, "s0"),
      ...this.line(busy, x, y, "line s0", 2.2),
      ...this.stairs(available.mean, x, y, "ink"),
    ];
  }

  get labels() {
    return [...this.label(this.pool.available, "available", "ink"), ...this.label(this.pool.busy, "busy", "s0")];
  }

  read(i) {
    const kinds = ["available", "busy", ...AWAY].filter((kind) => this.pool[kind]);
    const swatch = { available: "ink", busy: "s0" };
    const row = (kind) => ({ tone: swatch[kind] ?? kind, name: kind, text: reading(this.pool[kind], i, "workers") });
    return { title: this.title(i), rows: [...kinds.map(row), ...this.events(i)] };
  }

  // How long nearly all workers are busy.
  get full() {
    const { busy, available } = this.pool;
    const is_full = (workers, i) => available.mean[i] > 0 && workers >= available.mean[i] * 0.98;
    return busy.mean.filter(is_full).length * this.data.step;
  }
}

// The point of the pool that is full for longest, and how well all are used.
function poolsPoint(views, used) {
  const [longest] = views.toSorted((a, b) => b.full - a.full);
  const point = longest?.full
    ? `Pool ${longest.pool.name}: at least ${wholePercent(0.98)} busy for ${duration(longest.full)}`
    : "The workers are never all busy";
  return used ? `${point} (${used})` : point;
}

// Values that are stated as runs of equal ones.
const unrolled = (runs) => runs.flatMap(([steps, value]) => Array(steps).fill(value));

// The load that a case offers: what the first one does where nothing else is stated.
const loadOf = (data, state) => data.cases[state.case].load ?? data.cases[0].load;

class LoadView extends Timeline {
  height = 200;

  constructor(data, state) {
    super(data, state);
    const offered = (loadOf(data, state) ?? []).map(({ class: name, runs }) => {
      const place = data.classes.indexOf(name);
      return { name, class: place < 0 ? null : place, tone: place < 0 ? "running" : tone(place), work: unrolled(runs) };
    });
    let below = this.stops.map(() => 0);
    this.all = offered.reduce((sum, { work }) => sum.map((all, i) => all + (work[i] ?? 0)), below);
    this.layers_of = visible(offered, state).map((layer) => {
      const top = below.map((sum, i) => sum + (layer.work[i] ?? 0));
      return { ...layer, below, top: (below = top) };
    });
    const pools = this.chosen.pools.map(({ available }) => available.mean);
    this.available = pools.length ? pools.reduce((sum, own) => sum.map((all, i) => (all ?? 0) + (own[i] ?? 0))) : [];
    const most = [below, this.available].flatMap((values) => this.seen(values));
    this.y = { ...valueAxis([0, Math.max(...most, 1)], "workers", 5), unit: "workers" };
  }

  layers(x, y) {
    const areas = this.layers_of.flatMap(({ below, top, tone }) => this.between(below, top, x, y, tone));
    return [...areas, ...this.stairs(this.available, x, y, "ink")];
  }

  get labels() {
    return this.available.length ? this.label({ mean: this.available }, "available", "ink") : [];
  }

  read(i) {
    const row = ({ name, tone, work }) => ({ tone, name, text: figure(work[i] ?? 0, "workers") });
    const available = { tone: "ink", name: "workers available", text: figure(this.available[i] ?? 0, "workers") };
    return { title: this.title(i), rows: [...this.layers_of.toReversed().map(row), available, ...this.events(i)] };
  }

  get point() {
    const over = this.all.filter((work, i) => work > (this.available[i] ?? 0) * 1.0001).length * this.data.step;
    const peak = largest(this.all);
    if (!peak || !over) return "At no time is more work created than the workers can do";
    const there = count(this.available[peak.i] ?? 0);
    return `For ${duration(over)} more work is created than the workers can do: at ${this.title(peak.i)} enough for ${count(peak.value)}, with ${there} available`;
  }
}

class ProviderView extends Timeline {
  height = 180;

  constructor(data, state, name) {
    super(data, state);
    this.provider = this.chosen.providers.find((provider) => provider.name === name);
    const { calls, waiting, cap } = this.provider;
    this.tops = calls.mean.map((own, i) => (own ?? 0) + (waiting.mean[i] ?? 0));
    this.y = { ...valueAxis([0, Math.max(...this.seen(this.tops), cap ?? 0, 1)], "jobs", 4), unit: "calls" };
  }

  layers(x, y) {
    const { calls, cap } = this.provider;
    const limit =
      cap === null ? [] : [svg("line", { class: "line limit", x1: x.from, x2: x.to, y1: y(cap), y2: y(cap) })];
    return [...this.area(this.tops, x, y, "waiting"), ...this.area(calls.mean, x, y, "s0"), ...limit];
  }

  read(i) {
    const { calls, waiting, cap } = this.provider;
    const rows = [
      { tone: "waiting", name: "waiting to be let in", text: figure(waiting.mean[i] ?? 0, "workers") },
      { tone: "s0", name: "in progress", text: reading(calls, i, "workers") },
      ...(cap === null ? [] : [{ tone: "ink", name: "most at once", text: count(cap) }]),
    ];
    return { title: this.title(i), rows: [...rows, ...this.events(i)] };
  }

  get most() {
    return largest(this.provider.waiting.mean);
  }
}

function providersPoint(views) {
  const [longest] = views.filter(({ most }) => most).sort((a, b) => b.most.value - a.most.value);
  if (!longest || longest.most.value < 0.05) return "No call waits for a provider";
  const { most, provider } = longest;
  return `Up to ${count(most.value)} jobs hold a worker and wait for ${provider.name}, at ${longest.title(most.i)}`;
}
