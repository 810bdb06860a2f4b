// Elements. Text from scenarios only ever becomes the text of a node.

function build(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

const html = (tag, attributes = {}, ...children) => build(document.createElement(tag), attributes, children);
const svg = (tag, attributes = {}, ...children) =>
  build(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);

const pen = document.createElement("canvas").getContext("2d");
// Asked for once: to ask settles the styles of the whole page.
const FAMILY = getComputedStyle(document.body).fontFamily;

function widthOf(text, size = 12, weight = 400) {
  pen.font = `${weight} ${size}px ${FAMILY}`;
  return pen.measureText(text).width;
}

// A name cut to a width, so that no name can push others away.
function fitted(text, width, size, weight) {
  let cut = text.length > 200 ? text.slice(0, 200) + "…" : text;
  if (widthOf(cut, size, weight) <= width) return cut;
  const letters = [...cut.slice(0, 200)];
  while (letters.length > 1 && widthOf((cut = letters.join("") + "…"), size, weight) > width) letters.pop();
  return cut;
}

const rounded = (pixel) => Math.round(pixel * 10) / 10;
// A single point is a line without length, which round ends make a dot.
const pathOf = (points) =>
  points.map(([x, y], i) => `${i ? "L" : "M"}${rounded(x)} ${rounded(y)}`).join("") + (points.length === 1 ? "h0" : "");

// Stretches of entries that have a value.
function runs(values) {
  const found = [];
  values.forEach((value, i) => {
    if (value === null) return;
    if (i && values[i - 1] !== null) found.at(-1).push(i);
    else found.push([i]);
  });
  return found;
}

// Marks that differ in shape as well as in colour.
function mark(verdict, x, y, tone = verdict) {
  const shape =
    {
      missed: () => svg("path", { d: `M${x - 5} ${y - 5}L${x + 5} ${y + 5}M${x + 5} ${y - 5}L${x - 5} ${y + 5}` }),
      open: () => svg("path", { d: `M${x} ${y - 6}L${x + 6} ${y}L${x} ${y + 6}L${x - 6} ${y}Z` }),
    }[verdict] ?? (() => svg("circle", { cx: x, cy: y, r: 5 }));
  return build(shape(), { class: `mark ${verdict === "missed" ? "cross" : ""} ${tone ?? "plain"}` }, []);
}
