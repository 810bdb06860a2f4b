// The waits by time of creation: those of the chosen case in colour, those of the base behind them; and their distribution.

const QUANTILES = ["p50", "p95", "p99"];
// The shortest wait on logarithmic axes.
const SHORTEST = 0.01;
// More steps of distributions than these are not read one by one.
const MOST_STEPS = 60;

const toneOf = (promise) => (promise.class === null ? "all" : tone(promise.class));
const visible = (items, state) => items.filter((item) => item.class === null || !state.hidden.has(item.class));

class WaitsView extends Timeline {
  height = 300;

  constructor(data, state) {
    super(data, state);
    const shown = visible(this.chosen.waits, state);
    this.alone = shown.length === 1;
    const quantiles = this.alone ? QUANTILES : [state.quantile];
    this.curves = shown.flatMap((wait) =>
      quantiles
        .filter((key) => wait[key])
        .map((quantile) => ({
          tone: tone(wait.class),
          quantile,
          series: wait[quantile],
          name: this.name(wait, quantile),
        })),
    );
    const base = state.case === 0 ? [] : visible(data.cases[0].waits, state);
    this.ghosts = base.map((wait) => wait[state.quantile]).filter(Boolean);
    const most = this.most();
    this.promises = visible(data.promises, state).filter(({ time }) => time <= most * 1.5 || state.log);
    const high = Math.max(most, ...this.promises.map(({ time }) => time));
    this.y = state.log
      ? { ...logDurations([SHORTEST, high * 1.2], 8), kind: "log" }
      : valueAxis([0, high * 1.03], "s", 6, { loose: true });
  }

  name(wait, quantile) {
    return this.data.classes[wait.class] + (this.alone ? ` ${quantile}` : "");
  }

  // The top of the axis: wide intervals may leave it.
  most() {
    const means = [...this.curves.map(({ series }) => series), ...this.ghosts].flatMap(({ mean }) => this.seen(mean));
    const reach = ({ series: { mean, half } }) => this.seen(mean.map((value, i) => value + (half?.[i] ?? 0)));
    const largestMean = Math.max(...means, 0.001);
    return Math.min(Math.max(largestMean, ...this.curves.flatMap(reach)), largestMean * 1.6);
  }

  layers(x, y) {
    const { curves, alone, state } = this;
    const banded = curves.filter(({ quantile }) => !alone || quantile === state.quantile);
    const line = ({ series, tone, quantile }, i) =>
      this.line(series, x, y, `line ${tone} ${alone ? quantile : ""}`, alone ? null : nested(i, curves.length));
    const promise = (own) =>
      svg("line", { class: `promise ${toneOf(own)}`, x1: x.from, x2: x.to, y1: y(own.time), y2: y(own.time) });
    // From the top down, those that have room above the axis and below the one before.
    const told = this.promises.toSorted((a, b) => b.time - a.time);
    const room = (own, i) => y(own.time) < y.from - 12 && (!i || y(own.time) - y(told[i - 1].time) > 14);
    // Below the line where events are named above it.
    const level = (own) => y(own.time) + (y(own.time) < y.to + 14 ? 13 : -4);
    const promiseLabel = (own) =>
      svg("text", { class: `promise-label ${toneOf(own)}`, x: x.from + 5, y: level(own) }, this.promised(own));
    return [
      ...banded.flatMap(({ series, tone }) => this.band(series, x, y, tone)),
      ...this.ghosts.flatMap((series) => this.line(series, x, y, "line ghost", 1.6)),
      ...this.promises.map(promise),
      ...curves.map(line).reverse().flat(),
      ...told.filter(room).map(promiseLabel),
    ];
  }

  promised(own) {
    const share = own.share === null ? "" : `${wholePercent(own.share)} `;
    const whose = own.class === null ? "all jobs" : this.data.classes[own.class];
    return fitted(`${whose}: ${share}within ${duration(own.time)}`, 260, 11, 600);
  }

  get labels() {
    if (this.curves.length > LABELS) return [];
    return this.curves.flatMap(({ series, quantile, name, tone }) =>
      this.label(series, this.alone ? quantile : name, tone),
    );
  }

  dots(time) {
    const i = this.index(time);
    return this.curves
      .map(({ series, tone }) => ({ at: series.mean[i] ?? null, tone }))
      .filter(({ at }) => at !== null);
  }

  read(i) {
    const known = this.curves.filter(({ series }) => (series.mean[i] ?? null) !== null);
    known.sort((a, b) => b.series.mean[i] - a.series.mean[i]);
    const rows = known.map(({ tone, name, series }) => ({ tone, name, text: reading(series, i, "s") }));
    return { title: `Created ${this.title(i)}`, rows: [...rows, ...this.events(i)] };
  }

  get point() {
    const { quantile } = this.state;
    const peaks = this.curves
      .filter((curve) => curve.quantile === quantile)
      .map((curve) => ({ ...curve, peak: largest(curve.series.mean) }));
    const [first] = peaks.filter(({ peak }) => peak).sort((a, b) => b.peak.value - a.peak.value);
    if (!first) return "No job is created";
    const { series, peak } = first;
    if (peak.value < SHORTEST) return `The ${quantile} wait is always below ${duration(SHORTEST)}`;
    const value = (peak.i >= series.from ? "more than " : "") + duration(peak.value);
    const when = this.clock.wall ? `, for jobs created at ${this.title(peak.i)}` : "";
    return `The ${quantile} wait of ${first.name.replace(/ p\d+$/, "")} peaks at ${value}${when}`;
  }
}

// The share beyond x, from the last point at or before it; all jobs exceed what lies before the first.
function beyond(points, x) {
  const at = points.findLastIndex(([time]) => time <= x * (1 + 1e-9));
  return at < 0 ? 1 : points[at][1];
}

class DistributionView {
  height = 300;

  constructor(data, state) {
    Object.assign(this, { data, promises: visible(data.promises, state) });
    this.shown = visible(data.cases[state.case].tails, state);
    this.ghosts = state.case === 0 ? [] : visible(data.cases[0].tails, state);
    const all = data.cases.flatMap((kase) => visible(kase.tails, state)).flatMap(({ points }) => points);
    this.high = Math.max(1, ...all.map(([time]) => time), ...this.promises.map(({ time }) => time)) * 1.1;
    const least = Math.min(1, ...all.map(([, share]) => share).filter((share) => share > 0));
    this.y = { ...logShares(Math.max(least, 1e-5)), kind: "log", unit: "of jobs" };
    const even = Array.from({ length: 121 }, (_, i) => SHORTEST * (this.high / SHORTEST) ** (i / 120));
    this.stops = [...new Set([...even, ...this.steps()])].sort((a, b) => a - b);
  }

  // The times of discrete waits, which a reader wants to read exactly.
  steps() {
    const is = ([time], i, points) => time >= SHORTEST && time === points[i - 1]?.[0];
    const times = this.shown.flatMap(({ points }) => points.filter(is)).map(([time]) => time);
    return times.length <= MOST_STEPS ? times : [];
  }

  along(lines) {
    return { ...logDurations([SHORTEST, this.high], lines), kind: "log", title: "wait longer than" };
  }

  curve({ points }, x, y, kind, width) {
    const inside = points.filter(([time]) => time >= SHORTEST);
    const drawn = [[SHORTEST, beyond(points, SHORTEST)], ...inside];
    return svg("path", {
      class: `line ${kind}`,
      "stroke-width": width,
      d: pathOf(drawn.map(([time, share]) => [x(time), y(share)])),
    });
  }

  layers(x, y) {
    const rings = this.promises.filter(({ share }) => share !== null && share < 1);
    return [
      ...this.promises.map((own) =>
        svg("line", { class: `promise ${toneOf(own)}`, x1: x(own.time), x2: x(own.time), y1: y.to, y2: y.from }),
      ),
      ...this.ghosts.map((tail) => this.curve(tail, x, y, "ghost", 1.6)),
      ...this.shown.map((tail, i) => this.curve(tail, x, y, tone(tail.class), nested(i, this.shown.length))).reverse(),
      ...rings.map((own) =>
        svg("circle", { class: `ring ${toneOf(own)}`, cx: x(own.time), cy: y(1 - own.share), r: 6 }),
      ),
    ];
  }

  dots(time) {
    return this.shown.map((tail) => ({ at: beyond(tail.points, time), tone: tone(tail.class) })).filter(({ at }) => at);
  }

  read(i) {
    const shares = this.shown
      .map((tail) => ({ tail, share: beyond(tail.points, this.stops[i]) }))
      .sort((a, b) => b.share - a.share);
    const row = ({ tail, share }) => ({
      tone: tone(tail.class),
      name: this.data.classes[tail.class],
      text: `${percent(Number(share.toPrecision(2)))} of jobs`,
    });
    return { title: `Longer than ${duration(this.stops[i])}`, rows: shares.map(row) };
  }

  get point() {
    const promise = this.promises.find((own) => own.class !== null);
    const tail = promise && this.shown.find((own) => own.class === promise.class);
    if (!tail) return "How many jobs wait how long";
    return `${percent(beyond(tail.points, promise.time))} of ${this.data.classes[promise.class]} wait longer than ${duration(promise.time)}`;
  }
}
