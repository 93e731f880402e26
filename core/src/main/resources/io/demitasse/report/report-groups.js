// What groups of samples lost, and what classes are taken for.

const MOST_GROUPS = 12;

/** Those that lost most, first; nothing where samples were not grouped. */
function drawGroups() {
  const groups = report.accuracy.groups;
  if (groups.length === 0) return byId("groups").remove();
  const shown = groups.slice(0, MOST_GROUPS);
  byId("groups-note").textContent = `Groups of samples, that which lost most first${shown.length < groups.length
    ? `; ${shown.length} of ${groups.length}, all stand in report.json` : ""}. Few samples have wide intervals: where one reaches below zero, it may be chance.`;
  byId("groups-scores").append(scoreTable(shown));
}

/** A row for each class that samples are of, a column for each that they are taken for. */
function drawConfusion() {
  const {classes, before, after} = report.accuracy.confusion;
  if (classes.length === 0) return byId("confusion").remove();
  byId("confusion-note").textContent = "Samples of each class, a row, by what the result takes them for, a column; in brackets how many more or fewer"
    + " than by the original.";
  const rows = classes.map((name, row) => [named(name), ...classes.map((_, column) => confusionCell(after[row][column], before[row][column], row === column))]);
  byId("confusion-counts").append(table(["", ...classes.map(name => ">" + name)], rows));
}
function confusionCell(after, before, right) {
  const change = after - before;
  if (after === 0 && change === 0) return "";
  const text = decimals(after, 0);
  if (change === 0) return text;
  return element("span", {}, text, " ", toned(`(${change > 0 ? "+" : ""}${decimals(change, 0)})`, (change > 0) === right ? "good" : "bad"));
}
