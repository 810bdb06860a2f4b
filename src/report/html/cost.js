// The Pareto picture: each case by what it costs and by how well it does.

// The line of those that no cheaper case beats.
function frontOf(bids, larger) {
  const better = (one, other) => (larger ? one > other : one < other);
  const order = bids.toSorted((a, b) => a.price - b.price || (larger ? b.mean - a.mean : a.mean - b.mean));
  return order.reduce((front, bid) => (!front.length || better(bid.mean, front.at(-1).mean) ? [...front, bid] : front), []);
}

class CostView {
  height = 260;

  constructor(data, state, facet) {
    const { measure, readings } = facet;
    Object.assign(this, { state, ...measure, priceUnit: data.price.measure.unit, about: data.price.measure.title });
    this.bids = readings.flatMap((reading, i) => {
      const price = data.price.readings[i];
      if (!reading || !price) return [];
      const [mean, low, high] = ends(reading.value, this.unit);
      const [cost, least, most] = ends(price.value);
      return [{ i, name: data.cases[i].title, reading, mean, low, high, price: cost, least, most }];
    });
    this.stops = [...new Set(this.bids.map(({ price }) => price))].sort((a, b) => a - b);
    this.y = { ...readingAxis(this.bids.flatMap(({ low, high }) => [low, high]), this.unit, this.bound, 5), unit: this.subtitle };
  }

  along(lines) {
    const most = Math.max(...this.bids.map(({ most }) => most)) * 1.08;
    return { ...valueAxis([0, most], this.priceUnit, lines, { loose: true }), title: `${this.about.toLowerCase()} over the whole run` };
  }

  layers(x, y) {
    const at = ({ price, mean }) => [x(price), y(mean)];
    const level = y(this.bound ?? 0);
    const bound = this.bound === null ? [] : [svg("line", { class: "promise all", x1: x.from, x2: x.to, y1: level, y2: level })];
    const front = svg("path", { class: "front", d: pathOf(frontOf(this.bids, this.larger_is_better).map(at)) });
    return [...bound, front, ...this.bids.flatMap((bid) => this.bid(bid, x, y)), ...this.names(x, y)];
  }

  bid({ i, reading, price, mean, low, high, least, most }, x, y) {
    const kind = `whisker ${reading.verdict ?? "plain"}`;
    return [
      svg("line", { class: kind, x1: x(price), x2: x(price), y1: y(low), y2: y(high) }),
      svg("line", { class: kind, x1: x(least), x2: x(most), y1: y(mean), y2: y(mean) }),
      ...(i === this.state.case ? [svg("circle", { class: "halo", cx: x(price), cy: y(mean), r: 9 })] : []),
      mark(reading.verdict, x(price), y(mean)),
    ];
  }

  // Names stand where they meet no mark and no other name, if there is such a place.
  names(x, y) {
    const taken = this.bids.map(({ price, mean }) => box(x(price) - 7, y(mean), 14));
    const inside = ({ left, right, top, bottom }) =>
      left >= x.from && right <= x.to && top >= y.to - 2 && bottom <= y.from + 2;
    return this.bids.flatMap(({ name, price, mean, i }) => {
      const [px, py, text] = [x(price), y(mean), fitted(name, 150, 12, i === this.state.case ? 600 : 400)];
      const long = widthOf(text, 12, i === this.state.case ? 600 : 400);
      const places = [
        [px + 12, py],
        [px - 12 - long, py],
        [px - long / 2, py - 17],
        [px - long / 2, py + 17],
        [px + 12, py + 15],
        [px - 12 - long, py + 15],
      ].map(([left, middle]) => box(left, middle, long));
      const free = places.find((place) => inside(place) && !taken.some((other) => meets(place, other)));
      if (!free) return [];
      taken.push(free);
      const weight = i === this.state.case ? "strong" : "";
      return [svg("text", { class: `lane ${weight}`, x: free.left, y: (free.top + free.bottom) / 2 + 4 }, text)];
    });
  }

  dots() {
    return [];
  }

  read(k) {
    const price = this.stops[k];
    const rows = this.bids
      .filter((bid) => bid.price === price)
      .map(({ name, reading }) => ({
        tone: reading.verdict ?? "plain",
        name,
        text: readingText(reading, this.unit) + (reading.verdict ? `, ${VERDICTS[reading.verdict]}` : ""),
      }));
    return { title: `${this.about}: ${figure(price, this.priceUnit)}`, rows: rows.slice(0, 12) };
  }
}

const box = (left, middle, long) => ({ left, right: left + long, top: middle - 8, bottom: middle + 8 });
const meets = (one, other) =>
  one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;

// The cheapest that meet every objective.
function costPoint({ facets, price, cases }) {
  const meets = (i) => facets.every(({ readings }) => !readings[i] || readings[i].verdict === "met");
  const good = cases.flatMap(({ title }, i) => (price.readings[i] && meets(i) ? [{ title, cost: price.readings[i].value[0] }] : []));
  if (!good.length) return "No case meets every objective";
  const least = Math.min(...good.map(({ cost }) => cost));
  const cheapest = good.filter(({ cost }) => cost <= least * 1.001).map(({ title }) => `“${title}”`);
  const at = price.measure.unit === "cost" ? `a cost of ${figure(least, "cost")}` : `${count(least)} worker-hours`;
  if (cheapest.length === 1) return `The cheapest case that meets every objective is ${cheapest[0]}, at ${at}`;
  return `The cheapest cases that meet every objective, at ${at}: ${cheapest.join(", ")}`;
}
