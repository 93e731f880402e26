// Bytes by data type, and who saved and spent what.

const REST = "graph, names, padding";
function typeColor(type) {
  const kinds = [[/^(float|double|complex\d*)$/, "float"], [/float16|float8/, "half"], [/^int8$/, "signed"], [/^uint8$/, "unsigned"],
    [/^(u?int[24]|float4)/, "narrow"], [/int/, "index"]];
  return `var(--${kinds.find(([pattern]) => pattern.test(type))?.[1] ?? "rest"})`;
}
function storedByType(stored) {
  const rest = stored.fileBytes - sum(stored.bytesByType.map(each => each.count));
  return rest > 0 ? [...stored.bytesByType, {name: REST, count: rest}] : stored.bytesByType;
}
function drawSize() {
  const most = Math.max(...parts.flatMap(part => [part.before.fileBytes, part.after.fileBytes]));
  const rows = parts.flatMap((part, index) => [["before", part.before], ["after", part.after]].map(([when, stored]) => ({
    label: when === "before" ? partLabel(part.name, when) : when, text: bytesText(stored.fileBytes), strong: when === "after",
    apart: index > 0 && when === "before",
    marks: (x, y) => stackedBar(storedByType(stored), x, y),
  })));
  const said = rows.map(row => `${row.label} ${row.text}`).join(", ");
  plot("plot-size", "Bytes by data type: " + said, width => rowPlot(width, rows, {scale: linear(0, most), body: several ? 24 : 34}));
  const types = new Set(parts.flatMap(part => [part.before, part.after]).flatMap(storedByType).map(each => each.name));
  const sorted = [...types].sort((a, b) => (a === REST) - (b === REST));
  byId("types").append(...legend(sorted.map(type => {
    const mark = rectangle(0, 0, 12, 12);
    mark.style.fill = typeColor(type);
    return [mark, type];
  })).children);
  byId("stored").append(...parts.map(storedTable));
}
function stackedBar(counts, x, y) {
  let from = 0;
  const half = several ? 8 : 11;
  return counts.map(each => {
    const bar = rectangle(x(from), y - half, x(from + each.count) - x(from), 2 * half);
    bar.style.fill = typeColor(each.name);
    from += each.count;
    return hint(bar, `${each.name}: ${bytesText(each.count)}`);
  });
}
function storedTable(part) {
  const {before, after} = part;
  const counted = (list, name) => list.find(each => each.name === name)?.count ?? 0;
  const names = [...new Set([...storedByType(before), ...storedByType(after)].map(each => each.name))];
  const both = (title, textOf) => [title, textOf(before), textOf(after)];
  const rows = [both("file", stored => bytesText(stored.fileBytes)),
    ...names.map(name => both("· " + name, stored => bytesText(counted(storedByType(stored), name)))),
    both("parameters", stored => countText(stored.parameters)),
    both("parameters if they were 32-bit floats", stored => bytesText(stored.denseBytes)),
    both("nodes", stored => decimals(sum(stored.operators.map(each => each.count)), 0)),
    both("operator set", stored => String(stored.opset)),
    both("SHA-256", stored => element("span", {class: "name", title: stored.sha256}, stored.sha256.slice(0, 12)))];
  return folded(partLabel(part.name, "Numbers"), table(["", ">before", ">after"], rows));
}

// ---- The split of the budget

function drawSplit() {
  const shares = report.accuracy.shares;
  if (shares.length === 0) return leaveOut("split");
  drawSaved(shares);
  chooseView(byId("split-choice"), view => drawSpent(shares, view));
  byId("shares").append(shareTable(shares));
}
function drawSaved(shares) {
  const saved = shares.map(share => share.bytesBefore - share.bytesAfter);
  const all = sum(saved);
  const common = share => share.bytesShared > 0 ? ` · ${bytesText(share.bytesShared)} in common` : "";
  const rows = [...shares.map((share, index) => [share.part, saved[index], common(share)]), ["all together", all, "", true]].map(([name, bytes, note, last]) => ({
    label: name, text: bytesText(bytes) + (all > 0 && !last ? ` · ${percent(bytes / all)}` : "") + note, strong: last, apart: last,
    marks: (x, y) => [rectangle(x(0), y - 8, x(bytes) - x(0), 16, "fill-after")],
  }));
  // The rows stand beside those of what was lost, whose axis has a line of text above it.
  plot("plot-saved", "Bytes saved: " + rows.map(row => `${row.label} ${row.text}`).join(", "),
    width => rowPlot(width, rows, {scale: linear(0, Math.max(1, ...saved, all)), body: 34, head: 21}));
}
function drawSpent(shares, view) {
  const lost = [...shares.map(share => ({name: share.part, loss: view.of(share.scores)})), {name: "all together", loss: view.of(scores), last: true}]
    .filter(each => each.loss);
  const over = loss => view.limit === undefined ? "neutral" : loss.high > view.limit ? "bad" : "good";
  const rows = lost.map(({name, loss, last}) => ({
    label: name, text: view.text(loss), strong: last, apart: last, marks: (x, y) => [intervalMark(loss, over(loss), x, y)],
  }));
  const axis = lossAxis(lost.map(each => each.loss), view.limit);
  plot("plot-spent", "Accuracy that is lost as each part joins: " + rows.map(row => `${row.label} ${row.text}`).join(", "), width => rowPlot(width, rows, {
    ...axis, ticks: niceTicks(axis.from, axis.to, 3), tickText: view.tick, body: 34,
  }));
  byId("split-note").textContent = view.key === "" ? "each part's own nearest metric" : "";
}
/** The losses of every metric, more tinted the more of its limit they take. */
function shareTable(shares) {
  const lossCell = score => {
    if (!score) return element("td", {class: "number"}, "–");
    const text = value => scoreText(value, score);
    const cell = element("td", {class: "number"}, estimated(score.degradation, text));
    const taken = spent(score);
    if (taken > 0) cell.style.background = `color-mix(in srgb, var(--${isOver(score) ? "bad" : "after"}) ${Math.min(30, Math.round(taken * 24))}%, transparent)`;
    return cell;
  };
  const rows = limitedFirst(scores).map(({metric}) => [metric, ...[...shares.map(share => share.scores), scores]
    .map(list => lossCell(list.find(score => score.metric === metric))), limitCell(scores.find(score => score.metric === metric))]);
  return table(["loss of", ...shares.map(share => ">" + share.part), ">all together", ">limit"], rows);
}
function limitCell(score) {
  const allowed = limitOf(score);
  return allowed === undefined ? "" : lossText(allowed);
}
