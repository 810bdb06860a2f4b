// Values in words, as the tables of this page write them.

const NBSP = "\u00a0";

const significant = (value) => Number(value.toPrecision(3));

function count(value) {
  if (value < 0) return "−" + count(-value);
  if (value < 99.95) return String(significant(value));
  const whole = Math.round(value);
  if (whole < 1000) return String(whole);
  if (whole < 10000) return `${Math.floor(whole / 1000)}${NBSP}${String(whole % 1000).padStart(3, "0")}`;
  const rounded = significant(value);
  const [unit, name] = [
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
  ].find(([unit]) => rounded >= unit);
  return `${significant(rounded / unit)}${NBSP}${name}`;
}

function duration(seconds) {
  if (seconds < 0) return "−" + duration(-seconds);
  if (seconds === 0) return `0${NBSP}s`;
  if (significant(seconds) < 60) {
    const [unit, name] = [
      [1, "s", 0.1],
      [1e-3, "ms", 1e-4],
      [1e-6, "µs", 0],
    ].find(([, , least]) => significant(seconds) >= least);
    return `${significant(seconds / unit)}${NBSP}${name}`;
  }
  const rounded = (unit) => Math.round(seconds / unit) * unit;
  const [large, largeName, little, littleName] =
    rounded(1) < 3600 ? [60, "min", 1, "s"] : rounded(60) < 172800 ? [3600, "h", 60, "min"] : [86400, "d", 3600, "h"];
  const whole = rounded(little);
  const rest = Math.round((whole % large) / little);
  return `${Math.floor(whole / large)}${NBSP}${largeName}` + (rest ? `${NBSP}${rest}${NBSP}${littleName}` : "");
}

function percent(share) {
  const edge = Math.min(Math.abs(share), Math.abs(1 - share)) * 100;
  const digits = edge === 0 ? 0 : edge >= 0.1 ? 1 : edge >= 0.01 ? 2 : edge >= 0.001 ? 3 : 4;
  return `${(share * 100).toFixed(digits)}${NBSP}%`;
}

// `95 %` rather than `95.0 %`.
const wholePercent = (share) => percent(share).replace(".0", "");

function figure(value, unit) {
  switch (unit) {
    case "s":
      return duration(value);
    case "share":
      return percent(value);
    case "cost":
      return Math.abs(value) < 1000 ? value.toFixed(2) : count(value);
    case "jobs":
    case "workers":
      return count(value >= 100 ? Math.round(value) : value);
    default:
      return `${count(value)}${NBSP}${unit}`;
  }
}

// A mean with the half-width of its interval where that says something.
function withHalf(mean, half, unit) {
  return half > 1e-3 * Math.abs(mean) ? `${figure(mean, unit)} ± ${figure(half, unit)}` : figure(mean, unit);
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const two = (number) => String(number).padStart(2, "0");

// The wall clock of a run, or the time since its start where it has none.
class Clock {
  constructor(data) {
    this.wall = data.clock;
    this.horizon = data.horizon;
  }

  offset(seconds) {
    return this.wall ? this.wall.offsets.findLast(([from]) => from <= Math.max(seconds, 0))[1] : 0;
  }

  // Seconds on the clock on the wall, of which whole days start at midnight.
  civil(seconds) {
    return this.wall ? this.wall.start_ms / 1000 + seconds + this.offset(seconds) : seconds;
  }

  time(seconds) {
    if (!this.wall) return duration(seconds);
    const date = new Date(Math.round(this.civil(seconds)) * 1000);
    const rest = date.getUTCSeconds() ? ":" + two(date.getUTCSeconds()) : "";
    return `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}${rest}`;
  }

  day(seconds) {
    const date = new Date(Math.round(this.civil(seconds)) * 1000);
    return `${DAYS[date.getUTCDay()]}${NBSP}${date.getUTCDate()}${NBSP}${MONTHS[date.getUTCMonth()]}`;
  }

  // A moment in full: with its day where the run is longer than one.
  moment(seconds) {
    return this.wall && this.horizon > 86400 ? `${this.day(seconds)} ${this.time(seconds)}` : this.time(seconds);
  }
}
