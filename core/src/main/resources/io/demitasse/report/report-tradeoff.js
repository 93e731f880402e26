// Accuracy against size, every candidate a point.

const candidateName = candidate => `${candidate.id} ${candidate.title}`;
const shortName = candidate => `${candidate.id} ${shortened(candidate.title.slice((partOf(candidate)?.length ?? -2) + 2), 190, true)}`;
/** The part that a candidate changed, which its title begins with where there are several. */
const partOf = candidate => several ? parts.map(part => part.name).find(name => candidate.title.startsWith(name + ": ")) : undefined;
const tradeoff = {view: undefined, close: false};

function drawTradeoff() {
  const sized = report.candidates.filter(candidate => candidate.bytes > 0);
  const unsized = report.candidates.filter(candidate => candidate.bytes === 0);
  const marks = [[circle("origin"), "original"], [circle("ring"), "result"], [circle("solid"), "kept"], [circle("hollow"), "dropped"]];
  byId("marks").append(...legend(marks).children,
    unsized.length ? element("li", {}, "without a size: " + unsized.map(each => each.id).join(", ")) : "");
  if (isCrowded(sized)) {
    byId("tradeoff-choice").append(switches([["all", "All sizes"], ["close", "Close up"]], "all", key => {
      tradeoff.close = key === "close";
      showTradeoff();
    }));
  }
  if (lossViews.length === 0) return byId("tradeoff-figure").remove();
  chooseView(byId("tradeoff-choice"), view => { tradeoff.view = view; showTradeoff(); });
  walkable(byId("plot-tradeoff"), "a", {singleStop: true});
}
const closeUp = () => Math.max(sizeAfter, ...report.candidates.filter(each => each.kept && each.scores.length).slice(-4).map(each => each.bytes)) * 1.15;
const isCrowded = sized => sized.filter(each => each.bytes < closeUp()).length > 3 && sizeBefore > closeUp() * 1.5;
function showTradeoff() {
  const {view} = tradeoff;
  byId("tradeoff-note").textContent = `${view.axis} against the original, 95 % interval; up and left is better`;
  plot("plot-tradeoff", `${view.axis} against file size for every candidate; the list below has the same numbers`, tradeoffPlot, "group");
}
const lossOf = candidate => tradeoff.view.of(candidate.scores);
function fate(candidate) {
  if (candidate.kept) return "exact, accuracy as before";
  const verdicts = candidate.timings.map(timing => timing.verdict);
  if (verdicts.includes("SLOWER")) return "slower";
  return verdicts.includes("UNDECIDED") ? "undecided whether slower" : "dropped for another reason";
}
function candidateHint(candidate) {
  const loss = lossOf(candidate);
  const lost = loss ? `${tradeoff.view.axis}: ${tradeoff.view.text(loss)}${loss.metric ? ", " + loss.metric : ""}` : "not measured for accuracy";
  return [candidateName(candidate), candidate.kept ? "kept" : "dropped", bytesText(candidate.bytes), lost, candidate.why].join("\n");
}
/** Losses far over the limit stand at the lower edge, so that they do not squeeze the rest. */
function lossRange(points) {
  const {limit} = tradeoff.view;
  const near = Math.max((limit ?? 0) * 2, ...points.filter(point => point.kept).map(point => point.loss.high * 1.25), limit ? 0 : .001);
  const highest = Math.max(...points.map(point => point.loss.high), limit ?? 0);
  const lowest = Math.min(0, ...points.map(point => Math.max(point.loss.low, -near)));
  const to = Math.min(near, highest) || .001;
  return {from: lowest - (to - lowest) * .1, to: to + (to - lowest) * .1};
}
function tradeoffPlot(width) {
  const {from, to} = sizeRange();
  const sized = report.candidates.filter(candidate => candidate.bytes > 0 && candidate.bytes <= to);
  const points = sized.filter(lossOf).map(candidate => ({candidate, bytes: candidate.bytes, loss: lossOf(candidate), kept: candidate.kept}));
  const result = tradeoff.view.of(scores);
  const range = lossRange([...points, {loss: result, kept: true}]);
  const frame = {left: 52, right: width - 10, top: 22, bottom: width < NARROW ? 260 : 340};
  const x = linear(from, to)(frame.left, frame.right);
  const y = linear(range.from, range.to)(frame.top, frame.bottom);
  const labels = labelPlacer(frame);
  const kept = [{bytes: sizeBefore, loss: {value: 0}}, ...points.filter(point => point.kept), {bytes: sizeAfter, loss: result}];
  const path = "M" + kept.map(point => `${x(point.bytes)} ${y(point.loss.value)}`).join("L");
  const places = points.map(point => ({...point, x: x(point.bytes), y: Math.min(y(point.loss.value), frame.bottom - 8)}));
  places.sort((a, b) => b.kept - a.kept); // Kept ones get their labels first and are drawn last.
  places.forEach(place => labels.block(place.x, place.y));
  labels.block(x(sizeBefore), y(0));
  const lanes = unmeasuredLanes(sized.filter(candidate => !lossOf(candidate)), x, {...frame, top: frame.bottom + 46});
  return {height: lanes.bottom, shapes: [
    ...tradeoffAxes(frame, x, y, {range, from, to}), clipped(frame, shape("path", {d: path, class: "path"})),
    ...(sizeBefore <= to ? originMark(x(sizeBefore), y(0), labels) : []),
    ...places.map(place => scoredMark(place, y, frame, labels)).reverse(),
    shape("circle", {cx: x(sizeAfter), cy: y(result.value), r: 10, class: "ring"}), ...lanes.shapes]};
}
/** All sizes from zero, or those near the result. */
function sizeRange() {
  if (!tradeoff.close) return {from: 0, to: Math.max(sizeBefore, sizeAfter, ...report.candidates.map(each => each.bytes)) * 1.04};
  const near = report.candidates.filter(each => each.bytes > 0 && each.bytes <= closeUp()).map(each => each.bytes);
  return {from: Math.min(sizeAfter, ...near) * .97, to: closeUp()};
}
function clipped(frame, content) {
  return shape("svg", {x: frame.left, y: 0, width: frame.right - frame.left, height: frame.bottom,
    viewBox: `${frame.left} 0 ${frame.right - frame.left} ${frame.bottom}`, class: "clip"}, content);
}
function tradeoffAxes(frame, x, y, {range, from, to}) {
  const narrow = frame.right < NARROW;
  const shapes = [];
  for (const tick of niceTicks(range.from, range.to, 6)) {
    shapes.push(line(frame.left, y(tick), frame.right, y(tick), tick === 0 ? "rule" : "grid"),
      label(frame.left - 8, y(tick) + 4, tradeoff.view.tick(tick), "small", "end"));
  }
  for (const tick of niceTicks(from, to, narrow ? 4 : 8)) {
    shapes.push(label(x(tick), frame.bottom + 17, bytesText(tick).replace(/\.0+ /, " "), "small", "middle"));
  }
  shapes.push(line(frame.left, frame.bottom, frame.right, frame.bottom, "rule"), label(0, 11, "loss", "small"),
    ...budgetShapes(frame, x, y, {narrow, to}));
  return shapes;
}
function budgetShapes(frame, x, y, {narrow, to}) {
  const shapes = [];
  const {limit} = tradeoff.view;
  if (limit !== undefined) {
    const top = y(limit);
    const text = narrow ? "over budget" : "over budget where the interval reaches in";
    shapes.push(rectangle(frame.left, top, frame.right - frame.left, frame.bottom - top, "zone"),
      line(frame.left, top, frame.right, top, "limit"), label(frame.right - 4, top + 15, text, "small bare", "end"));
  }
  const bytes = sizeBefore * (budget.size ?? Infinity);
  if (bytes <= to) {
    shapes.push(line(x(bytes), frame.top, x(bytes), frame.bottom, "limit"),
      label(x(bytes) + 5, frame.top + 2, "budget " + bytesText(bytes), "small"));
  }
  return shapes;
}
function originMark(x, y, labels) {
  return [hint(rectangle(x - 5.5, y - 5.5, 11, 11, "origin"), `original\n${bytesText(sizeBefore)}`), labels.place(x, y, ["original"], "")];
}
function linked(candidate, ...shapes) {
  const text = candidateHint(candidate);
  return hint(shape("a", {href: "#candidate-" + candidate.id, "aria-label": text.replaceAll("\n", ", ")}, ...shapes), text);
}
function scoredMark(place, y, frame, labels) {
  const {candidate, loss} = place;
  const kind = candidate.kept ? "solid" : "hollow";
  const beyond = y(loss.value) > frame.bottom - 8;
  const within = value => Math.max(frame.top, Math.min(frame.bottom, y(value)));
  const mark = beyond ? shape("path", {d: `M${place.x - 6} ${place.y - 5}h12l-6 11z`, class: "dot " + kind})
    : shape("circle", {cx: place.x, cy: place.y, r: 6, class: "dot " + kind});
  const value = beyond ? ` (${tradeoff.view.tick(loss.value)})` : "";
  const texts = [candidateName(candidate), shortName(candidate), String(candidate.id)].map(text => text + value);
  return linked(candidate, line(place.x, within(loss.low), place.x, within(loss.high), candidate.kept ? "stroke-after" : "rule"), mark,
    labels.place(place.x, place.y, texts, candidate.kept ? "strong" : "small"));
}
/** Puts beside a point the first of its texts that fits somewhere without covering others; none where all is taken. */
function labelPlacer(frame) {
  const taken = [];
  const free = box => box.left >= frame.left && box.right <= frame.right && box.top >= frame.top - 14 && box.bottom <= frame.bottom
    && !taken.some(other => box.left < other.right && box.right > other.left && box.top < other.bottom && box.bottom > other.top);
  return {
    block: (x, y) => taken.push({left: x - 7, right: x + 7, top: y - 7, bottom: y + 7}),
    place: (x, y, texts, kind) => {
      const boxes = texts.flatMap(text => {
        const width = textWidth(text) * (kind === "strong" ? 1.08 : 1);
        const [right, left, center] = [x + 12, x - 12 - width, x - width / 2];
        const spots = [[right, y + 6], [right, y - 22], [center, y - 28], [left, y + 6], [left, y - 22], [center, y + 12]];
        return spots.map(([left, top]) => ({text, left, right: left + width, top, bottom: top + 16}));
      });
      const box = boxes.find(free);
      if (!box) return undefined;
      taken.push(box);
      return label(box.left, box.top + 12.5, box.text, kind);
    },
  };
}
/** Candidates without scores stand below the plot, on the same scale of sizes, one lane for each fate. */
function unmeasuredLanes(candidates, x, frame) {
  const shapes = [];
  let top = frame.top;
  if (candidates.length === 0) return {shapes, bottom: frame.top - 14};
  shapes.push(label(0, top, "Not measured for accuracy", "strong"));
  for (const [text, group] of groupBy(candidates, fate)) {
    top += 10;
    shapes.push(label(frame.left, top + 12, text, "small"), line(frame.left, top + 37, frame.right, top + 37, "grid"));
    const places = [];
    for (const candidate of group) {
      let at = x(candidate.bytes);
      while (places.some(other => Math.abs(other - at) < 15)) at -= 5;
      places.push(at);
      shapes.push(linked(candidate, shape("circle", {cx: at, cy: top + 37, r: 6, class: "dot " + (candidate.kept ? "solid" : "hollow")}),
        label(at, top + 27, String(candidate.id), "small", "middle")));
    }
    top += 36;
  }
  return {shapes, bottom: top + 14};
}
