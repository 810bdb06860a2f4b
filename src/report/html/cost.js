// The Pareto picture: each case by what it costs and by how well it does.

// The line of those that no cheaper case beats.
function frontOf(bids, larger) {
  const better = (one, other) => (larger ? one > other : one < other);
  const order = bids.toSorted((a, b) => a.price - b.price || (larger ? b.mean - a.mean : a.mean - b.mean));
  return order.reduce(
    (front, bid) => (!front.length || better(bid.mean, front.at(-1).mean) ? [...front, bid] : front),
    [],
  );
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
    const axis = readingAxis(
      this.bids.flatMap(({ low, high }) => [low, high]),
      this.unit,
      this.bound,
      5,
    );
    // Room for marks at the ends.
    const room = (axis.domain[1] - axis.domain[0]) * 0.06;
    this.y = { ...axis, domain: [axis.domain[0] - room, axis.domain[1] + room] };
  }

  along(lines) {
    const most = Math.max(...this.bids.map(({ most }) => most)) * 1.08;
    return {
      ...valueAxis([0, most], this.priceUnit, lines, { loose: true }),
      title: `${this.about.toLowerCase()} over the whole run`,
    };
  }

  layers(x, y) {
    const at = ({ price, mean }) => [x(price), y(mean)];
    const level = y(this.bound ?? 0);
    const bound =
      this.bound === null ? [] : [svg("line", { class: "promise all", x1: x.from, x2: x.to, y1: level, y2: level })];
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

  // Names stand where they meet no mark and no other name, if there is such a place; cases at one place share a name.
  names(x, y) {
    const places = this.bids.map(({ i, name, price, mean }) => ({ i, name, x: x(price), y: y(mean), more: 0 }));
    const apart = [];
    for (const own of places) {
      const same = apart.find((other) => Math.hypot(other.x - own.x, other.y - own.y) < 5);
      if (same) same.more += 1;
      else apart.push(own);
    }
    const taken = apart.map((own) => box(own.x - 7, own.y, 14));
    return apart.flatMap((own) => this.name(own, taken, { left: x.from, right: x.to, top: y.to, bottom: y.from }));
  }

  name({ i, name, more, x, y }, taken, frame) {
    const weight = i === this.state.case ? 600 : 400;
    const text = fitted(name, 230, 12, weight) + (more ? ` and ${more} more` : "");
    const long = widthOf(text, 12, weight);
    const [right, left, middle] = [x + 12, x - 12 - long, x - long / 2];
    const places = [
      [right, y],
      [left, y],
      [middle, y - 17],
      [middle, y + 17],
      [right, y + 15],
      [left, y + 15],
    ];
    const inside = (own) =>
      own.left >= frame.left && own.right <= frame.right && own.top >= frame.top && own.bottom <= frame.bottom;
    const free = places
      .map(([at, level]) => box(at, level, long))
      .find((own) => inside(own) && !taken.some((other) => meets(own, other)));
    if (!free) return [];
    taken.push(free);
    const kind = weight === 600 ? "lane strong" : "lane";
    return [svg("text", { class: kind, x: free.left, y: (free.top + free.bottom) / 2 + 4 }, text)];
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
  const good = cases.flatMap(({ title }, i) =>
    price.readings[i] && meets(i) ? [{ title, cost: price.readings[i].value[0] }] : [],
  );
  if (!good.length) return "No case meets every objective";
  const least = Math.min(...good.map(({ cost }) => cost));
  const cheapest = good.filter(({ cost }) => cost <= least * 1.001).map(({ title }) => `“${title}”`);
  const at = price.measure.unit === "cost" ? `a cost of ${figure(least, "cost")}` : `${count(least)} worker-hours`;
  if (cheapest.length === 1) return `The cheapest case that meets every objective is ${cheapest[0]}, at ${at}`;
  return `The cheapest cases that meet every objective, at ${at}: ${cheapest.join(", ")}`;
}
