// What became of each layer: operators, errors, and every change and refusal.

const SHOWN = 40;
const ERRORS = 12;
const OPERATORS = 10;
const shortOperator = name => name.replace(/^com\.microsoft\./, "");

function drawParts() {
  const panels = parts.map((part, index) => {
    const errors = part.layerErrors.alone;
    return {title: part.name, note: `${decimals(sum(part.after.operators.map(each => each.count)), 0)} nodes`,
      panel: element("div", {class: "panel"}, operatorFigure(part, index), ...(errors.length ? [errorFigure(part, index)] : []))};
  });
  byId("parts").append(...several ? tabbed("Parts", panels) : panels.map(each => each.panel));
  parts.forEach((part, index) => {
    drawOperators(part, index);
    if (part.layerErrors.alone.length) drawErrors(part, index);
  });
}

// ---- Operators

function operatorFigure(part, index) {
  const rows = operatorCounts(part).map(each => [named(each.name), String(each.before), String(each.after)]);
  return element("figure", {}, element("figcaption", {}, partLabel(part.name, "Nodes by operator")),
    element("div", {class: "plot", id: "plot-operators-" + index}), beforeAndAfter(),
    folded(`All ${rows.length} operators as a table`, table(["operator", ">before", ">after"], rows)));
}
function operatorCounts(part) {
  const [before, after] = [part.before, part.after].map(stored => new Map(stored.operators.map(each => [each.name, each.count])));
  return [...new Set([...before.keys(), ...after.keys()])]
    .map(name => ({name, before: before.get(name) ?? 0, after: after.get(name) ?? 0}))
    .sort((a, b) => Math.max(b.before, b.after) - Math.max(a.before, a.after));
}
function drawOperators(part, index) {
  const operators = operatorCounts(part).slice(0, OPERATORS);
  const most = Math.max(1, ...operators.flatMap(each => [each.before, each.after]));
  const rows = operators.map(each => ({
    label: shortOperator(each.name), text: `${each.before} → ${each.after}`,
    marks: (x, y) => [rectangle(x(0), y - 7, x(each.before) - x(0), 6, "fill-before"),
      rectangle(x(0), y + 1, x(each.after) - x(0), 6, "fill-after")],
  }));
  plot("plot-operators-" + index, `Nodes of the ${operators.length} most frequent operators before and after; the table has all`,
    width => rowPlot(width, rows, {scale: linear(0, most), body: 22}));
}

// ---- Errors

function errorFigure(part, index) {
  const left = sparedIn(part);
  const rows = part.layerErrors.alone.map(each => [named(each.node), errorText(each.error), ...(left.size ? [left.has(each.node) ? "left as it was" : "changed"] : [])]);
  return element("figure", {}, element("figcaption", {}, partLabel(part.name, "What each layer does alone "),
    element("small", {}, "error energy at the outputs over their energy when only this layer is changed")),
  element("div", {class: "plot", id: "plot-errors-" + index}),
  left.size ? legend([[rectangle(0, 0, 12, 12, "fill-after"), "changed"], [rectangle(1, 1, 10, 10, "fill-spared"), `left as they were ${left.size}`]]) : undefined,
  folded(`All ${rows.length} layers as a table`, table(["layer", ">error", ...(left.size ? [""] : [])], rows)));
}
/** Layers that were measured and then left alone: those that the pass which changed most of them did not change. */
function sparedIn(part) {
  const measured = new Set(part.layerErrors.alone.map(each => each.node));
  const changes = part.changes.filter(change => change.applied && measured.has(change.node));
  const passes = [...groupBy(changes, change => change.pass).values()].sort((a, b) => b.length - a.length);
  if (passes.length === 0) return new Set();
  const changed = new Set(passes[0].map(change => change.node));
  return new Set([...measured].filter(node => !changed.has(node)));
}
/** Errors that are not finite, which JSON holds as text, take the whole width. */
function drawErrors(part, index) {
  const errors = part.layerErrors.alone.slice(0, ERRORS);
  const left = sparedIn(part);
  const most = Math.max(...errors.map(each => Number(each.error)).filter(Number.isFinite), 1e-12);
  const rows = width => errors.map(each => ({
    label: width < NARROW ? each.node : shortened(each.node, width * .37), text: errorText(each.error),
    marks: (x, y) => [rectangle(x(0), y - 5, x(Math.min(Number(each.error), most)) - x(0), 10, left.has(each.node) ? "fill-spared" : "fill-after")],
  }));
  plot("plot-errors-" + index, "The layers with the largest errors; the table has all",
    width => rowPlot(width, rows(width), {scale: linear(0, most), body: 22}));
}
function errorText(error) {
  if (!Number.isFinite(Number(error))) return "not finite";
  return error > 0 ? `${lossText(error)} (${decimals(-10 * Math.log10(error), 1)} dB)` : "0";
}

// ---- Changes

const layers = {kind: "all", part: "", pass: "", all: false, changes: parts.flatMap(part => part.changes)};
layers.texts = layers.changes.map(change => `${change.pass} ${change.part} ${change.node} ${change.operator} ${change.text}`.toLowerCase());

function drawLayers() {
  const choices = (name, each) => {
    const values = [...new Set(layers.changes.map(change => change[name]))];
    return values.length < 2 ? undefined : selection(each, [["", `every ${each}`], ...values.map(value => ["=" + value, value])], value => {
      layers[name] = value;
      listLayers();
    });
  };
  const kinds = ["all", "changed", "skipped"].map(kind => [kind, `${kind} ${decimals(layers.changes.filter(isOf(kind)).length, 0)}`]);
  byId("filters").append(...[choices("part", "part"), choices("pass", "pass"), switches(kinds, "all", kind => {
    layers.kind = kind;
    listLayers();
  })].filter(Boolean));
  byId("search").addEventListener("input", listLayers);
  listLayers();
}
/** Answers that differ only in the names they quote are one. */
const withoutNames = text => text.replace(/'[^']*'/g, "…");
const isOf = kind => change => kind === "all" || change.applied === (kind === "changed");
function listLayers() {
  const words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const chosen = (name, value) => layers[name] === "" || layers[name] === "=" + value;
  const matches = layers.changes.filter((change, index) => isOf(layers.kind)(change) && chosen("part", change.part) && chosen("pass", change.pass)
    && words.every(word => layers.texts[index].includes(word)));
  const answer = change => JSON.stringify([change.pass, change.applied, change.part, change.operator, withoutNames(change.text)]);
  const groups = [...groupBy(matches, answer).values()];
  const shown = layers.all ? groups : groups.slice(0, SHOWN);
  const headings = ["", "pass", ...(several ? ["part"] : []), "operator", "what or why", "node"];
  byId("found").textContent = `${decimals(matches.length, 0)} of ${decimals(layers.changes.length, 0)}`;
  const nothing = layers.changes.length ? "Nothing matches." : "No node was touched.";
  byId("changes").replaceChildren(matches.length ? table(headings, shown.map(group => layerRow(group, words))) : nothing);
  if (shown.length < groups.length) byId("changes").append(showAll(groups.length));
}
function layerRow(group, words) {
  const {pass, applied, part, operator} = group[0];
  const text = sameAnswer(group) ? group[0].text : withoutNames(group[0].text);
  return [element("td", {class: "kind"}, toned(applied ? "changed" : "skipped", applied ? "good" : "neutral")),
    element("td", {class: "pass"}, pass), ...(several ? [element("td", {}, part)] : []),
    element("td", {class: "operator"}, named(shortOperator(operator))), element("td", {class: "text"}, text),
    element("td", {class: "nodes"}, nodeList(group, words))];
}
const sameAnswer = group => group.every(change => change.text === group[0].text);
function nodeList(group, words) {
  if (group.length === 1) return group[0].node ? named(group[0].node) : "the whole model";
  const same = sameAnswer(group);
  const items = () => element("ul", {}, ...group.map(change => element("li", {}, named(change.node),
    same ? undefined : element("div", {class: "muted"}, change.text))));
  const open = words.length > 0 && group.length <= 12;
  const list = element("details", {}, element("summary", {}, `${decimals(group.length, 0)} nodes`));
  const fillOnce = () => { if (!list.querySelector("ul")) list.append(items()); }; // Only what is looked at is built.
  list.addEventListener("toggle", () => { if (list.open) fillOnce(); });
  if (open) {
    fillOnce();
    list.open = true;
  }
  return list;
}
function showAll(count) {
  const button = element("button", {type: "button"}, `Show all ${decimals(count, 0)} rows`);
  button.addEventListener("click", () => { layers.all = true; listLayers(); });
  return element("p", {}, button);
}
