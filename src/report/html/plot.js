// A picture with two axes, and what pointer and keys do in it: read values, zoom.

const PRINT_WIDTH = 720;
const NARROW = 620;
const LABEL_ROWS = 3;
const MOST_LABEL = 190;
const MOST_EVENT = 220;
// Room at the sides of pictures over time, so that a moment stands at the same place in all of them.
const ALIGNED = { left: 62, right: 122 };

// The pixels that an element is drawn for: on paper two facets stand side by side.
function widthFor(element) {
  if (!Plot.printing) return Math.max(element.clientWidth, 220);
  return element.closest(".facets") && !element.closest(".wide") ? PRINT_WIDTH / 2 - 16 : PRINT_WIDTH;
}

// Pushes labels apart, in order, inside [low, high].
function spread(labels, gap, low, high) {
  labels.sort((a, b) => a.y - b.y);
  labels.forEach((label, i) => (label.y = Math.max(label.y, i ? labels[i - 1].y + gap : low)));
  for (let i = labels.length - 1; i >= 0; i--) {
    labels[i].y = Math.min(labels[i].y, i + 1 < labels.length ? labels[i + 1].y - gap : high);
  }
  return labels;
}

// Ticks of which every k-th is left, so that labels do not run into each other; those at the ends stay inside.
function apart(ticks, left, right) {
  const placed = ticks
    .filter(({ pixel }) => pixel >= left - 1 && pixel <= right + 1)
    .map((tick) => {
      const half = widthOf(tick.label, 12, tick.strong ? 600 : 400) / 2;
      return { ...tick, half, middle: Math.min(Math.max(tick.pixel, half + 2), right + 8 - half) };
    });
  for (let every = 1; ; every++) {
    const kept = placed.filter((_, i) => i % every === 0);
    if (kept.every((tick, i) => !i || kept[i - 1].middle + kept[i - 1].half + 10 <= tick.middle - tick.half))
      return kept;
  }
}

class Plot {
  // `zoom` and `point` are called with a range or a value of the horizontal axis, or null; both may be absent.
  constructor(name, { zoom, point } = {}) {
    Object.assign(this, { zoom, point, at: null, cursor: svg("g") });
    this.svg = svg("svg", {
      class: "canvas",
      tabindex: 0,
      role: "group",
      "aria-roledescription": "chart",
      "aria-label": `${name}. Arrow keys read values${zoom ? ", plus and minus zoom, 0 shows all" : ""}.`,
      onpointermove: (event) => this.move(event),
      onpointerdown: (event) => this.press(event),
      onpointerup: (event) => this.release(event),
      onpointercancel: () => this.drop(),
      onpointerleave: () => this.drop(),
      ondblclick: () => this.zoom?.(null),
      onkeydown: (event) => this.key(event),
      onblur: () => this.read(null),
    });
    this.tip = html("div", { class: "tip", hidden: true });
    this.live = html("div", { class: "unseen", "aria-live": "polite" });
    this.element = html("div", { class: "plot" }, this.svg, this.tip, this.live);
  }

  // `view` tells axes, layers, labels and readings; see `timeline.js`.
  render(view) {
    const width = widthFor(this.element);
    this.view = view;
    this.narrow = width < NARROW;
    this.along = view.along(Math.floor((width - (this.narrow ? 60 : 200)) / (this.narrow ? 78 : 92)));
    this.box = this.place(width);
    const scale = ({ kind, domain }, range) => (kind === "log" ? logarithmic : linear)(domain, range);
    this.x = scale(this.along, [this.box.left, this.box.right]);
    this.y = scale(view.y, [this.box.bottom, this.box.top]);
    this.svg.setAttribute("viewBox", `0 0 ${width} ${this.box.height}`);
    this.cursor = svg("g", { class: "cursor" });
    this.svg.replaceChildren(...this.frame(), ...this.inside(), ...this.endLabels(), ...this.bandLabels(), this.cursor);
    this.read(null);
  }

  // What is cut at the edges of the picture.
  inside() {
    const { left, right, top, bottom } = this.box;
    const id = `clip-${(Plot.count = (Plot.count ?? 0) + 1)}`;
    const area = svg("rect", { x: left, y: top - 1, width: Math.max(right - left, 1), height: bottom - top + 2 });
    const layers = [...this.bands(), ...this.view.layers(this.x, this.y)];
    return [svg("clipPath", { id }, area), svg("g", { "clip-path": `url(#${id})` }, ...layers)];
  }

  place(width) {
    const { view, narrow } = this;
    const widest = Math.max(0, ...view.y.ticks.map((tick) => widthOf(tick.label)));
    const labels = (narrow ? [] : (view.labels ?? [])).map((label) =>
      Math.min(widthOf(label.text, 12, 600), MOST_LABEL),
    );
    const [left, longest] =
      view.aligned && !narrow ? [Math.max(ALIGNED.left, widest), ALIGNED.right] : [widest, Math.max(0, ...labels)];
    this.rows = this.bandRows(width);
    const top = 22 + this.rows.count * 15;
    const height = top + view.height + 34 + (this.along.title ? 16 : 0);
    const right = width - (longest ? Math.ceil(longest) + 14 : 10);
    return { left: Math.ceil(left) + 10, right, top, bottom: top + view.height, height };
  }

  frame() {
    const { left, right, top, bottom } = this.box;
    const { y } = this.view;
    const line = ({ at, label }) => {
      const level = Math.round(this.y(at)) + 0.5;
      return [
        svg("line", { class: "grid", x1: left, x2: right, y1: level, y2: level }),
        svg("text", { class: "tick", x: left - 7, y: level + 4, "text-anchor": "end" }, label),
      ];
    };
    const tick = ({ pixel, middle, label, strong }) => [
      svg("line", { class: "spine", x1: pixel, x2: pixel, y1: bottom, y2: bottom + 5 }),
      svg(
        "text",
        { class: strong ? "tick strong" : "tick", x: middle, y: bottom + 19, "text-anchor": "middle" },
        label,
      ),
    ];
    const ticks = apart(
      this.along.ticks.map((tick) => ({ ...tick, pixel: this.x(tick.at) })),
      left,
      right,
    );
    const title = fitted(this.along.title ?? "", right - left);
    return [
      svg("text", { class: "tick", x: 0, y: 10 }, y.unit ?? ""),
      ...y.ticks.flatMap(line),
      svg("line", { class: "spine", x1: left, x2: right, y1: bottom + 0.5, y2: bottom + 0.5 }),
      ...ticks.flatMap(tick),
      svg("text", { class: "tick", x: right, y: bottom + 35, "text-anchor": "end" }, title),
    ];
  }

  // Labels of events stand in rows above the picture, as many as do not run into each other.
  bandRows(width) {
    const ends = [];
    const guess = linear(this.along.domain, [50, width - 20]);
    const rows = (this.view.spans ?? []).map((span) => {
      const from = guess(span.from);
      if (guess(span.to ?? span.from) < 50 || from > width - 20) return null;
      const long = widthOf(fitted(span.label, MOST_EVENT, 11, 600), 11, 600);
      const at = Math.max(Math.min(from, width - 24 - long), 50);
      const free = ends.findIndex((end) => end < at);
      const row = free < 0 ? ends.length : free;
      ends[row] = at + long + 10;
      return row < LABEL_ROWS ? row : null;
    });
    return { rows, count: Math.min(ends.length, LABEL_ROWS) };
  }

  bands() {
    const { top, bottom } = this.box;
    return (this.view.spans ?? []).flatMap(({ kind, from, to }) => {
      const start = rounded(this.x(from));
      const width = to === null ? 0 : Math.max(rounded(this.x(to)) - start, 1);
      return [
        width ? svg("rect", { class: `band ${kind}`, x: start, y: top, width, height: bottom - top }) : null,
        svg("line", { class: `event ${kind}`, x1: start, x2: start, y1: top, y2: bottom }),
      ].filter(Boolean);
    });
  }

  bandLabels() {
    const { left, right, top } = this.box;
    return (this.view.spans ?? [])
      .map(({ kind, label, from, to }, i) => {
        const row = this.rows.rows[i];
        const start = this.x(from);
        if (row === null || (to === null ? start : this.x(to)) < left || start > right) return null;
        const text = fitted(label, Math.min(MOST_EVENT, right - left), 11, 600);
        const at = Math.max(Math.min(start, right - widthOf(text, 11, 600)), left);
        return svg(
          "text",
          { class: `event-label ${kind}`, x: at, y: top - 7 - (this.rows.count - 1 - row) * 15 },
          text,
        );
      })
      .filter(Boolean);
  }

  endLabels() {
    if (this.narrow) return [];
    const labels = this.view.labels ?? [];
    const placed = labels.map((label) => ({
      ...label,
      y: this.y(label.at),
      anchor: this.y(label.at),
      end: this.x(label.x ?? this.x.high),
    }));
    const is_early = ({ beside, end }) => beside || end < this.box.right - 60;
    const [early, late] = [true, false].map((wanted) => placed.filter((label) => is_early(label) === wanted));
    const beside = this.beside(early).map(({ left, y, text, tone }) =>
      svg("text", { class: `end-label ${tone}`, x: left, y: y + 4 }, text),
    );
    return [
      ...beside,
      ...spread(late, 15, this.box.top, this.box.bottom).flatMap(({ y, anchor, text, tone }) => [
        Math.abs(y - anchor) > 6
          ? svg("path", {
              class: `leader ${tone}`,
              d: `M${this.box.right + 1} ${rounded(anchor)}L${this.box.right + 8} ${rounded(y)}`,
            })
          : null,
        svg(
          "text",
          { class: `end-label ${tone}`, x: this.box.right + 10, y: y + 4 },
          fitted(text, this.view.aligned ? ALIGNED.right : MOST_LABEL, 12, 600),
        ),
      ]),
    ].filter(Boolean);
  }

  // Labels within the picture: those that stand in none that comes before.
  beside(labels) {
    const kept = [];
    for (const { end, y, text, tone } of labels) {
      const long = Math.min(widthOf(text, 12, 600), MOST_LABEL);
      const left = end + 6 + long > this.box.right ? Math.max(end - 6 - long, this.box.left) : end + 6;
      const label = {
        left,
        right: left + long,
        y: Math.max(y, this.box.top + 8),
        tone,
        text: fitted(text, long + 1, 12, 600),
      };
      const meets = (other) =>
        Math.abs(other.y - label.y) < 15 && other.left < label.right + 4 && label.left < other.right + 4;
      if (!kept.some(meets)) kept.push(label);
    }
    return kept;
  }

  // The place of a pointer in the picture, whose pixels may be scaled.
  place_of(event) {
    const { left, width } = this.svg.getBoundingClientRect();
    return ((event.clientX - left) / width) * this.svg.viewBox.baseVal.width;
  }

  nearest(pixel) {
    let best = null;
    this.view.stops.forEach((stop, i) => {
      const away = Math.abs(this.x(stop) - pixel);
      if (this.sees(stop) && (best === null || away < best.away)) best = { i, away };
    });
    return best?.i ?? null;
  }

  sees(stop) {
    return stop >= this.x.low && stop <= this.x.high;
  }

  move(event) {
    const pixel = this.place_of(event);
    this.read(this.nearest(pixel));
    if (this.drag !== undefined) {
      const [from, to] = [this.drag, pixel].sort((a, b) => a - b);
      this.cursor.append(
        svg("rect", {
          class: "selection",
          x: from,
          y: this.box.top,
          width: to - from,
          height: this.box.bottom - this.box.top,
        }),
      );
    }
  }

  press(event) {
    if (this.zoom && event.button === 0 && event.pointerType !== "touch") {
      this.drag = this.place_of(event);
      this.svg.setPointerCapture(event.pointerId);
    } else this.move(event);
  }

  release(event) {
    const from = this.drag;
    const to = this.place_of(event);
    this.drag = undefined;
    if (from === undefined || Math.abs(to - from) < 8) return;
    this.zoom(
      [from, to]
        .sort((a, b) => a - b)
        .map((pixel) => this.x.invert(Math.min(Math.max(pixel, this.box.left), this.box.right))),
    );
  }

  drop() {
    this.drag = undefined;
    this.read(null);
  }

  key(event) {
    const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey) return;
    const stops = this.view.stops;
    const seen = stops.flatMap((stop, i) => (this.sees(stop) ? [i] : []));
    const step = (by) =>
      this.at === null
        ? seen[by > 0 ? 0 : seen.length - 1]
        : Math.min(Math.max(this.at + by * (shiftKey ? 10 : 1), 0), stops.length - 1);
    const actions = {
      ArrowLeft: () => this.go(step(-1)),
      ArrowRight: () => this.go(step(1)),
      Home: () => this.go(seen[0]),
      End: () => this.go(seen.at(-1)),
      "+": () => this.scale(0.5),
      "=": () => this.scale(0.5),
      "-": () => this.scale(2),
      0: () => this.zoom?.(null),
      Escape: () => this.read(null),
    };
    if (!actions[key]) return;
    event.preventDefault();
    actions[key]();
  }

  // Reads a stop, moving the zoomed stretch where it lies outside.
  go(i) {
    if (i === undefined) return;
    const stop = this.view.stops[i];
    if (this.zoom && !this.sees(stop)) {
      const by = stop < this.x.low ? stop - this.x.low : stop - this.x.high;
      this.zoom([this.x.low + by, this.x.high + by]);
    }
    this.read(i);
  }

  scale(factor) {
    if (!this.zoom) return;
    const at = this.at;
    const center = at === null ? (this.x.low + this.x.high) / 2 : this.view.stops[at];
    this.zoom([center - (center - this.x.low) * factor, center + (this.x.high - center) * factor]);
    this.read(at);
  }

  read(i) {
    this.at = i;
    this.show(i === null ? null : this.view.stops[i]);
    this.tip.hidden = i === null;
    this.point?.(i === null ? null : this.view.stops[i], this);
    if (i === null) return;
    const { title, rows } = this.view.read(i);
    const line = ({ tone, name, text }) =>
      html(
        "tr",
        {},
        html("td", {}, html("i", { class: `swatch ${tone}` })),
        html("th", { scope: "row" }, html("bdi", {}, name)),
        html("td", {}, text),
      );
    this.tip.replaceChildren(html("b", {}, title), html("table", {}, ...rows.map(line)));
    this.live.textContent = `${title}: ${rows.map(({ name, text }) => `${name} ${text}`).join(", ")}`;
    this.put(this.x(this.view.stops[i]));
  }

  // Beside the cursor, on the side with more room; below the picture where neither has enough.
  put(pixel) {
    const scale = this.svg.getBoundingClientRect().width / this.svg.viewBox.baseVal.width;
    const room = this.element.clientWidth;
    const own = this.tip.offsetWidth;
    const at = pixel * scale;
    const left = at > room / 2 ? at - own - 14 : at + 14;
    this.tip.style.left = `${Math.min(Math.max(left, 0), Math.max(room - own, 0))}px`;
    const fits = own + 14 <= Math.max(at, room - at);
    this.tip.style.top = `${(fits ? this.box.top : this.box.bottom + 4) * scale}px`;
  }

  // The line of the cursor and the values on it; also where another picture of the same axis is read.
  show(value) {
    this.cursor.replaceChildren();
    // A picture that no case has shown yet has no axis.
    if (value === null || !this.view || !this.sees(value)) return;
    const pixel = rounded(this.x(value));
    this.cursor.append(svg("line", { x1: pixel, x2: pixel, y1: this.box.top, y2: this.box.bottom }));
    for (const { at, tone } of this.view.dots?.(value) ?? [])
      this.cursor.append(svg("circle", { class: `dot ${tone}`, cx: pixel, cy: rounded(this.y(at)), r: 4 }));
  }
}
