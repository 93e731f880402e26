// What became of each layer: operators, and every change and refusal.

const SHOWN = 40;
const OPERATORS = 10;
const shortOperator = name => name.replace(/^com\.microsoft\./, "");

function drawParts() {
  const panels = parts.map((part, index) => {
    return {title: part.name, note: `${decimals(sum(part.after.operators.map(each => each.count)), 0)} nodes`,
      panel: element("div", {class: "panel"}, operatorFigure(part, index), errorFigure(part, index))};
  });
  byId("parts").append(...several ? tabbed("Parts", panels) : panels.map(each => each.panel));
  parts.forEach((part, index) => {
    drawOperators(part, index);
    drawErrors(part, index);
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

// ---- Changes

const layers = {kind: "all", part: "", pass: "", all: false, changes: parts.flatMap(part => part.changes)};
layers.texts = layers.changes.map(change => `${change.pass} ${change.part} ${change.node} ${change.operator} ${change.text}`.toLowerCase());

/** Shows what became of one node. */
function findLayer(node) {
  byId("search").value = node;
  listLayers();
}
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
