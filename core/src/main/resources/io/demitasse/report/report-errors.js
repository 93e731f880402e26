// Which layers suffer: how far each is off in the result, along the network, and what each does alone.

const ERRORS = 12; // Rows of layers alone.
const WORST = 3; // Layers in the result that get a label.
const MEASURES = {
  inResult: {title: "In the result", note: "error energy of each changed layer's output over its energy, all changes at work; from left to right as they run"},
  alone: {title: "Alone", note: "error energy at the outputs over their energy when only this layer is changed"},
};
const measuresOf = part => Object.keys(MEASURES).filter(measure => part.layerErrors[measure].length);
/** Errors that are not finite, JSON holds as text. */
const errorOf = layer => Number(layer.error);

function errorFigure(part, index) {
  const measures = measuresOf(part);
  if (measures.length === 0) return undefined;
  const choices = measures.map(measure => [measure, MEASURES[measure].title]);
  return element("figure", {}, element("figcaption", {}, partLabel(part.name, "Error by layer "), element("small", {id: "errors-note-" + index})),
    measures.length > 1 ? element("div", {class: "choices"}, switches(choices, measures[0], measure => showErrors(part, index, measure))) : undefined,
    element("div", {class: "plot", id: "plot-errors-" + index}), element("div", {id: "errors-legend-" + index}), errorTable(part, measures));
}
function errorTable(part, measures) {
  const left = sparedIn(part);
  const byNode = measures.map(measure => new Map(part.layerErrors[measure].map(each => [each.node, each])));
  const nodes = [...new Set(byNode.flatMap(errors => [...errors.keys()]))];
  const cell = layer => layer ? errorText(errorOf(layer)) : "–";
  const rows = nodes.map(node => [named(node), ...byNode.map(errors => cell(errors.get(node))),
    ...(left.size ? [left.has(node) ? "left as it was" : "changed"] : [])]);
  const headings = ["layer", ...measures.map(measure => ">" + MEASURES[measure].title.toLowerCase()), ...(left.size ? [""] : [])];
  return folded(`All ${rows.length} layers as a table`, table(headings, rows));
}
function drawErrors(part, index) {
  const [first] = measuresOf(part);
  if (!first) return;
  showErrors(part, index, first);
  walkable(byId("plot-errors-" + index), "a", {singleStop: true});
}
function showErrors(part, index, measure) {
  byId("errors-note-" + index).textContent = MEASURES[measure].note;
  byId("errors-legend-" + index).replaceChildren(...(measure === "alone" ? sparedLegend(part) : []));
  const id = "plot-errors-" + index;
  if (measure === "alone") plot(id, "The layers that do most harm alone; the table has all", width => alonePlot(part, width));
  else plot(id, "Errors of layers in the result in order of execution; the table has the same numbers", width => networkPlot(part, width), "group");
}
function errorText(error) {
  if (!Number.isFinite(error)) return "not finite";
  return error > 0 ? `${lossText(error)} (${decimals(-10 * Math.log10(error), 1)} dB)` : "0";
}

// ---- In the result

function networkPlot(part, width) {
  const layers = part.layerErrors.inResult;
  const frame = {left: 58, right: width - 8, top: 24, bottom: width < NARROW ? 220 : 260};
  const {from, to} = errorRange(layers.map(errorOf));
  const slot = (frame.right - frame.left) / layers.length;
  const y = logarithmic(from, to)(frame.bottom, frame.top);
  const places = layers.map((layer, index) => ({layer, x: frame.left + (index + .5) * slot, y: errorHeight(errorOf(layer), y, frame)}));
  const operators = new Map(part.changes.filter(change => change.applied).map(change => [change.node, change.operator]));
  const path = "M" + places.map(place => `${place.x} ${place.y}`).join("L");
  const worst = furthestOff(places);
  const mark = (place, index) => layerMark(place, {slot, frame, operator: operators.get(place.layer.node), first: index === 0, large: worst.includes(place)});
  return {height: frame.bottom + 24, shapes: [...errorAxis(frame, y, {from, to}), shape("path", {d: path, class: "path"}),
    ...places.map(mark), ...worstLabels(places, worst, frame)]}; // No mark lies over a label.
}
/** Whole powers of ten around the errors, at most eight of them. */
function errorRange(errors) {
  const positive = errors.filter(error => error > 0 && Number.isFinite(error));
  const high = Math.max(...positive, 1e-12);
  const to = 10 ** Math.ceil(Math.log10(high * 1.05));
  const low = Math.max(Math.min(...positive, high), to * 1e-8);
  return {from: Math.min(10 ** Math.floor(Math.log10(low / 1.05)), to / 100), to};
}
/** Nothing stands at the lower edge, and what is not finite above the upper one. */
function errorHeight(error, y, frame) {
  if (!Number.isFinite(error)) return frame.top - 8;
  return error > 0 ? Math.min(frame.bottom, y(error)) : frame.bottom;
}
function errorAxis(frame, y, {from, to}) {
  const shapes = [label(0, 11, "error", "small")];
  for (let power = Math.round(Math.log10(from)); power <= Math.round(Math.log10(to)); power++) {
    const tick = 10 ** power;
    shapes.push(line(frame.left, y(tick), frame.right, y(tick), power === Math.round(Math.log10(from)) ? "rule" : "grid"),
      label(frame.left - 8, y(tick) + 4, lossText(tick), "small", "end"));
  }
  return [...shapes, label(frame.left, frame.bottom + 17, "first layer", "small"), label(frame.right, frame.bottom + 17, "last layer", "small", "end")];
}
/** A point that answers over the whole height of the plot, and leads to what was done to the layer. */
function layerMark(place, {slot, frame, operator, first, large}) {
  const {node} = place.layer;
  const error = errorOf(place.layer);
  const text = [node, operator ? shortOperator(operator) : undefined, errorText(error)].filter(Boolean).join("\n");
  const radius = Math.max(2.2, Math.min(4.5, slot * .7)) + (large ? 2 : 0);
  const mark = Number.isFinite(error) ? shape("circle", {cx: place.x, cy: place.y, r: radius, class: "dot solid"})
    : shape("path", {d: `M${place.x - 5} ${place.y + 5}h10l-5 -10z`, class: "dot fill-bad"});
  const link = shape("a", {href: "#changes", tabindex: first ? "0" : "-1", "aria-label": text.replaceAll("\n", ", ")},
    rectangle(place.x - slot / 2, 0, slot, frame.bottom + 6, "reach"), mark);
  link.addEventListener("click", () => findLayer(node));
  return hint(link, text);
}
const furthestOff = places => places.filter(place => errorOf(place.layer) > 0).sort((a, b) => errorOf(b.layer) - errorOf(a.layer)).slice(0, WORST);
function worstLabels(places, worst, frame) {
  const labels = labelPlacer(frame);
  places.forEach(place => labels.block(place.x, place.y));
  return worst.map(place => {
    const error = errorOf(place.layer);
    const value = Number.isFinite(error) ? lossText(error) : "not finite";
    const names = [.36, .25, .16].map(share => shortened(place.layer.node, (frame.right - frame.left) * share));
    const texts = [...names.map(name => `${name} ${value}`), value];
    const placed = labels.place(place.x, place.y, texts, "small");
    placed?.classList.add("over");
    return placed;
  }).filter(Boolean);
}

// ---- Alone

/** Layers that were measured and then left alone: those that the pass which changed most of them did not change. */
function sparedIn(part) {
  const measured = new Set(part.layerErrors.alone.map(each => each.node));
  const changes = part.changes.filter(change => change.applied && measured.has(change.node));
  const passes = [...groupBy(changes, change => change.pass).values()].sort((a, b) => b.length - a.length);
  if (passes.length === 0) return new Set();
  const changed = new Set(passes[0].map(change => change.node));
  return new Set([...measured].filter(node => !changed.has(node)));
}
function sparedLegend(part) {
  const left = sparedIn(part);
  return left.size ? [legend([[rectangle(0, 0, 12, 12, "fill-after"), "changed"],
    [rectangle(1, 1, 10, 10, "fill-spared"), `left as they were ${left.size}`]])] : [];
}
/** Errors that are not finite take the whole width. */
function alonePlot(part, width) {
  const errors = part.layerErrors.alone.slice(0, ERRORS);
  const left = sparedIn(part);
  const most = Math.max(...errors.map(errorOf).filter(Number.isFinite), 1e-12);
  const rows = errors.map(each => ({
    label: width < NARROW ? each.node : shortened(each.node, width * .37), text: errorText(errorOf(each)),
    marks: (x, y) => [rectangle(x(0), y - 5, x(Math.min(errorOf(each), most)) - x(0), 10, left.has(each.node) ? "fill-spared" : "fill-after")],
  }));
  return rowPlot(width, rows, {scale: linear(0, most), body: 22});
}
