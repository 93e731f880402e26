// Plots: scales, rows along an axis, marks.

const NARROW = 620; // Below this width labels stand above their marks.
const drawings = new Map(); // What draws a place again once its width has changed.
const redraw = () => drawings.forEach(each => each());
const ruler = document.createElement("canvas").getContext("2d");
function textWidth(text, size = 13) {
  ruler.font = `${size}px ${getComputedStyle(document.body).fontFamily}`;
  return ruler.measureText(text).width * 1.05; // The canvas measures digits of their own widths, the page shows them equally wide.
}
/** The end of a text, or its beginning, that fits: of a node's name the end says most. */
function shortened(text, width, beginning = false) {
  const cut = length => beginning ? text.slice(0, length) + "…" : "…" + text.slice(-length);
  if (textWidth(text) <= width) return text;
  let length = text.length;
  while (length > 1 && textWidth(cut(length)) > width) length--;
  return cut(length);
}
/** Numbers that are none stand at the left end. */
const linear = (from, to) => (left, right) => value => {
  const position = left + (value - from) / (to - from) * (right - left);
  return Number.isFinite(position) ? position : left;
};
const logarithmic = (from, to) => (left, right) => value => linear(Math.log(from), Math.log(to))(left, right)(Math.log(value));
function niceTicks(from, to, count) {
  const raw = (to - from) / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].find(factor => factor * power >= raw) * power;
  const ticks = [];
  for (let i = Math.ceil(from / step - 1e-9); i * step <= to * (1 + 1e-9); i++) ticks.push(i * step);
  return ticks;
}
/** Draws into the element of that id now and whenever its width changes; draw gives height and shapes. */
function plot(id, description, draw, role = "img") {
  const place = byId(id);
  let drawn = -1;
  const again = () => {
    if (place.clientWidth === drawn || drawn > 0 && !place.clientWidth) return;
    drawn = place.clientWidth;
    const width = Math.max(280, drawn);
    const {height, shapes} = draw(width);
    place.replaceChildren(shape("svg", {viewBox: `0 0 ${width} ${height}`, role, "aria-label": description}, ...shapes));
  };
  drawings.set(place, again);
  again();
}
const line = (x1, y1, x2, y2, kind) => shape("line", {x1, y1, x2, y2, class: kind});
const rectangle = (x, y, width, height, kind) => shape("rect", {x, y, width: Math.max(0, width), height, class: kind});
const circle = kind => shape("circle", {cx: 6, cy: 6, r: 5, class: kind});
const label = (x, y, text, kind, anchor = "start") => shape("text", {x, y, class: kind, "text-anchor": anchor}, text);

/**
 * Rows under each other along one horizontal axis: a label, marks and a text that says the same. Where there is little room,
 * label and text stand above the marks, and where there is less, the brief text where a row has one.
 * axis: scale, ticks (the weightiest first), tickText, lines {at, kind, text}, zone (where the forbidden begins), body
 * (height of the marks), head (least room above the rows)
 */
function rowPlot(width, rows, axis) {
  const widest = texts => Math.max(...texts.map(([text, strong]) => textWidth(text) * (strong ? 1.08 : 1)));
  const labels = widest(rows.map(row => [row.label, row.strong]));
  const texts = widest(rows.map(row => [row.text, row.strong]));
  const stacked = labels > width * .38 || labels + texts > width * .6;
  const left = stacked ? 8 : labels + 14;
  const right = stacked ? width - 8 : width - texts - 20;
  const crowded = stacked && rows.some(row => textWidth(row.label) + textWidth(row.text) * 1.08 + 20 > width);
  const textOf = row => crowded ? row.brief ?? row.text : row.text;
  const rowHeight = axis.body + (stacked ? 20 : 0);
  const lines = axis.lines ?? [];
  const top = Math.max(axis.head ?? 0, lines.filter(each => each.text).length * 15 + (lines.length ? 6 : 0));
  const tops = rows.map((row, index) => top + index * rowHeight + rows.slice(0, index + 1).filter(each => each.apart).length * 14);
  const bottom = tops.at(-1) + rowHeight;
  const x = axis.scale(left, right);
  const spans = stacked ? tops.map(each => [each + 20, each + rowHeight]) : [[top, bottom]]; // Where grid and zone are drawn.
  const shapes = axisShapes(axis, lines, {x, right, spans});
  rows.forEach((row, index) => {
    const middle = tops[index] + rowHeight - axis.body / 2;
    const baseline = stacked ? tops[index] + 15 : middle + 4.5;
    const room = stacked ? width - textWidth(textOf(row)) * 1.08 - 20 : left;
    shapes.push(label(stacked ? 0 : labels, baseline, shortened(row.label, room), row.strong ? "strong" : "", stacked ? "start" : "end"));
    shapes.push(label(width, baseline, textOf(row), row.strong ? "strong" : "", "end"));
    shapes.push(...row.marks(x, middle));
  });
  return {height: bottom + (axis.ticks ? 22 : 2), shapes};
}
function axisShapes(axis, lines, {x, right, spans}) {
  const shapes = [];
  const [top, bottom] = [spans[0][0], spans.at(-1)[1]];
  for (const [from, to] of spans) {
    if (axis.zone !== undefined) shapes.push(rectangle(x(axis.zone), from, right - x(axis.zone), to - from, "zone"));
    shapes.push(...(axis.ticks ?? []).map(tick => line(x(tick), from, x(tick), to, "grid")));
    shapes.push(...lines.map(each => line(x(each.at), from, x(each.at), to, each.kind)));
  }
  const labeled = [];
  for (const tick of axis.ticks ?? []) {
    if (labeled.some(other => Math.abs(x(tick) - other) < 44)) continue;
    shapes.push(label(x(tick), bottom + 16, axis.tickText(tick), "small", "middle"));
    labeled.push(x(tick));
  }
  lines.filter(each => each.text).forEach((each, index) => {
    const baseline = 11 + index * 15;
    shapes.push(label(Math.min(x(each.at), right - textWidth(each.text, 12) / 2), baseline, each.text, "small", "middle"));
    if (spans.length === 1) shapes.push(line(x(each.at), baseline + 4, x(each.at), top, each.kind));
  });
  return shapes;
}
function whisker(low, high, y) { return `M${low} ${y}H${high}M${low} ${y - 4}v8M${high} ${y - 4}v8`; }
function intervalMark(interval, tone, x, y, dots = []) {
  return shape("g", {class: tone},
    ...dots.map(dot => shape("circle", {cx: x(dot), cy: y + 9, r: 1.8, opacity: .55, stroke: "none"})),
    shape("path", {d: whisker(x(interval.low), x(interval.high), y), "stroke-width": 2}),
    shape("circle", {cx: x(interval.value), cy: y, r: 4.5, stroke: "none"}));
}
const beforeAndAfter = () => legend([[rectangle(0, 0, 12, 12, "fill-before"), "before"], [rectangle(0, 0, 12, 12, "fill-after"), "after"]]);
