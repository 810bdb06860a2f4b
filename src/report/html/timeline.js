// What all pictures over time share: their axis, which steps are seen, and how a curve is drawn.

// Most curves that are named at their ends.
const LABELS = 9;

// Most cases in colours of their own.
const CASES = 6;

const tone = (i) => `s${i % 13}`;
const caseTone = (i) => (i < CASES ? tone(i) : "ghost");

// Curves below others are wider, so that equal curves are all seen.
const nested = (i, all) => 2 + (all <= 3 ? 1.5 : 0.9) * Math.min(i, 5);

const largest = (values) =>
  values.reduce((best, value, i) => (value !== null && !(best?.value >= value) ? { value, i } : best), null);

function reading(series, i, unit) {
  const text = withHalf(series.mean[i], series.half?.[i] ?? 0, unit);
  return i >= series.from ? `more than ${text}` : text;
}

// A view of one case over time; what `Plot` draws.
class Timeline {
  constructor(data, state) {
    Object.assign(this, { data, state, clock: new Clock(data), chosen: data.cases[state.case], aligned: true });
    this.spans = this.chosen.markers;
    this.range = state.zoom ?? [0, data.horizon];
    const steps = Math.ceil(data.horizon / data.step - 1e-9);
    this.stops = Array.from({ length: steps }, (_, i) => Math.min((i + 0.5) * data.step, data.horizon));
  }

  along(lines) {
    return timeAxis(this.range, this.clock, lines);
  }

  // The entries on the axis, with one more on either side.
  seen(values) {
    const [from, to] = this.range.map((time) => time / this.data.step);
    return values.slice(Math.max(Math.floor(from) - 1, 0), Math.ceil(to) + 1);
  }

  title(i) {
    return this.clock.moment(this.stops[i]);
  }

  inRange(i) {
    return this.stops[i] >= this.range[0] && this.stops[i] <= this.range[1];
  }

  index(time) {
    return this.stops.findIndex((stop) => stop >= time - 1e-6);
  }

  // A curve, dashed from where it is only a lower bound.
  line(series, x, y, kind, width) {
    const draw = (run, style) => {
      const d = pathOf(run.map((i) => [x(this.stops[i]), y(series.mean[i])]));
      // A point alone is a dot that is seen.
      const pen = run.length > 1 ? width : Math.max(width ?? 0, 6);
      return svg("path", { class: `${kind} ${style}`, "stroke-width": pen, d });
    };
    return runs(series.mean).flatMap((run) => {
      const certain = run.filter((i) => !(i >= series.from));
      const bound = run.slice(Math.max(certain.length - 1, 0));
      return [certain.length ? draw(certain, "") : "", certain.length < run.length ? draw(bound, "bound") : ""].filter(
        Boolean,
      );
    });
  }

  band(series, x, y, kind) {
    if (!series.half) return [];
    const end = (run, sign) =>
      run.map((i) => [x(this.stops[i]), y(Math.max(series.mean[i] + sign * series.half[i], 0))]);
    const known = series.mean.map((mean, i) => (series.half[i] === null ? null : mean));
    const outline = (run) => `${pathOf([...end(run, 1), ...end(run, -1).reverse()])}Z`;
    return runs(known).map((run) => svg("path", { class: `interval ${kind}`, d: outline(run) }));
  }

  // What lies below a curve.
  area(values, x, y, kind) {
    const at = (i) => x(this.stops[i]);
    const outline = (run) => [[at(run[0]), y(0)], ...run.map((i) => [at(i), y(values[i])]), [at(run.at(-1)), y(0)]];
    return runs(values).map((run) => svg("path", { class: `area ${kind}`, d: `${pathOf(outline(run))}Z` }));
  }

  // The two ends of a step of a line that is level over each.
  level(values, i, x, y) {
    const { step, horizon } = this.data;
    return [i * step, Math.min((i + 1) * step, horizon)].map((time) => [x(time), y(values[i])]);
  }

  stairs(values, x, y, kind) {
    const path = (run) => pathOf(run.flatMap((i) => this.level(values, i, x, y)));
    return runs(values).map((run) => svg("path", { class: `stairs ${kind}`, d: path(run) }));
  }

  // What lies between two lines of steps.
  between(lower, upper, x, y, kind) {
    const outline = (run) => [
      ...run.flatMap((i) => this.level(upper, i, x, y)),
      ...run.flatMap((i) => this.level(lower, i, x, y)).reverse(),
    ];
    return runs(upper).map((run) => svg("path", { class: `area ${kind}`, d: `${pathOf(outline(run))}Z` }));
  }

  // The name of a curve at its last value that is seen, which may be long before the end.
  label(series, text, tone) {
    const end = series.mean.findLastIndex((value, i) => value !== null && this.inRange(i));
    return end < 0 ? [] : [{ at: series.mean[end], x: this.stops[end], text, tone }];
  }

  // The events at a step, also those whose label does not fit.
  events(i) {
    const [from, to] = [-0.5, 0.5].map((half) => this.stops[i] + half * this.data.step);
    const now = this.chosen.markers.filter((marker) => marker.from <= to && (marker.to ?? marker.from + 1e-9) > from);
    return now.map(({ kind, label }) => ({ tone: kind, name: label, text: "" }));
  }
}
