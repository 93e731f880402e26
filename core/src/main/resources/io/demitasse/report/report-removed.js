// What was removed: of each layer how many units are kept, and how much each of them mattered.

const MOST_CELLS = 120; // Of a strip; where there are more units, several share a cell.
const MOST_REMOVED = 60; // Layers that are drawn; the table has all.
const MOST_RUNS = 30; // Runs of units that the table names of a layer.
const kindOf = (group, count) => group.kind.toLowerCase() + (count === 1 ? "" : "s");

function drawRemoved() {
  if (report.removed.length === 0) return leaveOut("removed");
  const byPart = [...groupBy(report.removed, group => group.part)];
  const panels = byPart.map(([part, groups], index) => ({title: part, note: removedShare(groups), panel: removedPanel(groups, index)}));
  byId("removals").append(...panels.length > 1 ? tabbed("Parts", panels) : panels.map(each => each.panel));
  byPart.forEach(([, groups], index) => drawGroupsOf(groups, index));
}
const keptText = group => `${decimals(group.kept, 0)} of ${decimals(group.units, 0)} ${kindOf(group, group.units)}`;
function removedShare(groups) {
  return [...groupBy(groups, group => group.kind).values()].map(alike =>
    `−${shareText(sum(alike.map(group => group.removed.length)) / sum(alike.map(group => group.units)))} of ${kindOf(alike[0])}`).join(", ");
}
/** All of a part in one sentence, as the console tells it. */
function removedSentence(groups) {
  const counted = alike => {
    const [first] = alike;
    const each = alike.every(group => group.units === first.units && group.removed.length === first.removed.length);
    const [gone, all] = each ? [first.removed.length, first.units]
      : [sum(alike.map(group => group.removed.length)), sum(alike.map(group => group.units))];
    const where = first.kind === "BLOCK" ? "" : each && alike.length > 1 ? ` in each of ${alike.length} layers`
      : ` in ${alike.length} ${alike.length === 1 ? "layer" : "layers"}`;
    return `${decimals(gone, 0)} of ${decimals(all, 0)} ${kindOf(first, all)}${where}`;
  };
  return [...groupBy(groups, group => group.kind).values()].map(counted).join(", ") + " removed.";
}
function removedPanel(groups, index) {
  const marks = [[rectangle(0, 1, 12, 10, "fill-after"), "kept"], [rectangle(0, 4, 12, 5, "fill-bad"), "removed"]];
  if (groups.some(group => group.importance.length)) {
    marks.push([heated(rectangle(0, 1, 12, 10), 0), "least important of a layer"], [heated(rectangle(0, 1, 12, 10), 1), "most important"]);
  }
  return element("div", {class: "panel"}, element("p", {}, removedSentence(groups)), element("figure", {},
    element("figcaption", {}, "Units of each layer ", element("small", {}, "how many are kept, and how important each is, in the original's order"
      + (groups.length > MOST_REMOVED ? `; the first ${MOST_REMOVED} of ${groups.length} layers` : ""))),
    element("div", {class: "plot", id: "plot-removed-" + index}), legend(marks), removedTable(groups)));
}

// ---- Bars and strips

function drawGroupsOf(groups, index) {
  const rows = groups.slice(0, MOST_REMOVED).map(group => ({
    label: group.group, text: `${keptText(group)} kept`, brief: keptText(group),
    marks: (x, y) => removedMarks(group, cellsOf(group), x, y),
  }));
  plot("plot-removed-" + index, `What is left of each layer: ${rows.map(row => `${row.label} ${row.text}`).join(", ")}. The table has more`,
    width => rowPlot(width, rows, {scale: linear(0, 1), body: 44}));
}
/** Units side by side, as many to a cell as it takes: what they mattered on average, and how many of them went. */
function cellsOf(group) {
  const count = Math.min(group.units, MOST_CELLS);
  const gone = new Set(group.removed);
  const cells = Array.from({length: count}, (_, cell) => {
    const [from, to] = [cell, cell + 1].map(place => Math.floor(place * group.units / count));
    const units = Array.from({length: to - from}, (_, place) => from + place);
    const known = units.map(unit => Number(group.importance[unit])).filter(Number.isFinite);
    return {from, to, importance: known.length ? sum(known) / known.length : undefined,
      removed: units.filter(unit => gone.has(unit)).length / units.length};
  });
  const sorted = cells.map(cell => cell.importance).filter(value => value !== undefined).sort((a, b) => a - b);
  const [low, high] = [sorted[0], sorted[Math.ceil((sorted.length - 1) * .97)]]; // A few that stand out leave the others apart.
  for (const cell of cells) if (cell.importance !== undefined) cell.heat = high > low ? Math.min(1, (cell.importance - low) / (high - low)) : .5;
  return cells;
}
function heated(mark, heat) {
  mark.style.fill = heat === undefined ? "var(--track)" : `color-mix(in srgb, var(--heat) ${Math.round(heat * 100)}%, var(--cold))`;
  return mark;
}
function removedMarks(group, cells, x, y) {
  const at = unit => x(unit / group.units);
  const [bar, strip] = [y - 17, y - 3];
  const gap = at(1) - at(0) > 5 ? 1 : 0;
  const shapes = [rectangle(at(0), bar, at(group.units) - at(0), 10, "rest"), rectangle(at(0), bar, at(group.kept) - at(0), 10, "fill-after")];
  let gone = "";
  for (const {from, to, heat, removed} of cells) {
    const width = at(to) - at(from) - gap;
    shapes.push(heated(rectangle(at(from), strip, width, 10, "cell"), heat));
    if (removed > 0) gone += `M${at(from)} ${strip + 12}h${width}v${1 + 6 * removed}h${-width}z`;
  }
  if (gone) shapes.push(shape("path", {d: gone, class: "fill-bad"}));
  const text = `${group.group}\n${keptText(group)} kept${widthText(group)}\nremoved: ${runsText(group.removed, 12)}`;
  return [...shapes, hint(rectangle(at(0), bar - 3, at(group.units) - at(0), 40, "reach"), text)];
}
const widthText = group => group.size > 1 ? `, ${group.size} wide` : "";

// ---- The same as a table

function removedTable(groups) {
  const weighed = (group, wanted) => {
    const gone = new Set(group.removed);
    const numbers = group.importance.map(Number).filter((value, unit) => Number.isFinite(value) && gone.has(unit) === wanted);
    return numbers.length ? fineText(sum(numbers) / numbers.length) : "–";
  };
  const rows = groups.map(group => [named(group.group), kindOf(group, 1) + widthText(group), decimals(group.units, 0),
    decimals(group.kept, 0), weighed(group, false), weighed(group, true), runsText(group.removed, MOST_RUNS)]);
  return folded(`All ${rows.length} ${rows.length === 1 ? "layer" : "layers"} as a table`,
    table(["layer", "unit", ">before", ">kept", ">mean importance of kept", ">of removed", "removed, counted from 0"], rows));
}
/** Numbers that follow each other as runs: 0–3, 7. */
function runsText(numbers, most) {
  const runs = [];
  for (const number of numbers) {
    if (runs.length && runs.at(-1)[1] === number - 1) runs.at(-1)[1] = number;
    else runs.push([number, number]);
  }
  const texts = runs.slice(0, most).map(([from, to]) => from === to ? `${from}` : `${from}–${to}`);
  return texts.join(", ") + (runs.length > most ? ", … (report.json has all)" : "");
}
