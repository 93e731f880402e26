// Times of runs before and after, and their paired ratios.

function drawLatency() {
  if (timings.length === 0) {
    byId("latency").replaceChildren(element("h2", {}, "Latency"), element("p", {}, "No workload was timed."));
    return;
  }
  const spreads = timings.flatMap((timing, index) => ["baseline", "candidate"].map((which, after) => ({
    label: after ? "after" : timing.label + (several ? "" : " before"), text: spreadText(timing[which]), strong: after === 1,
    brief: timeText(timing[which].time.value), apart: !after && index > 0,
    marks: (x, y) => spreadMarks(timing[which], Math.max(timing.baseline.high, timing.candidate.high), after ? "after" : "before", x, y),
  })));
  plot("plot-latency", "Time of one run: " + spreads.map(row => `${row.label} ${row.text}`).join(", "),
    width => rowPlot(width, spreads, {scale: linear(0, 1), body: 22}));
  byId("latency-legend").replaceWith(beforeAndAfter());
  const ratios = timings.map(timing => ({
    label: timing.label, text: `${verdictText(timing.verdict)} ${intervalText(timing.ratio, ratioText)}`, strong: whole.includes(timing),
    brief: `${verdictText(timing.verdict)} ${ratioText(timing.ratio.value)}`,
    marks: (x, y) => [intervalMark(timing.ratio, verdictTone(timing.verdict), x, y, timing.ratios)],
  }));
  plot("plot-ratio", "Ratio of time to the original: " + ratios.map(row => `${row.label} ${row.text}`).join(", "),
    width => rowPlot(width, ratios, ratioAxis()));
  byId("timings").append(folded("Numbers", timingTable(timings)));
}
function spreadMarks(latency, most, when, x, y) {
  const at = value => x(value / most);
  return [rectangle(at(0), y - 7, at(latency.time.value) - at(0), 14, "fill-" + when),
    shape("path", {d: whisker(at(latency.low), at(latency.high), y), class: "whisker"})];
}
function ratioAxis() {
  const all = timings.flatMap(timing => [timing.ratio.low, timing.ratio.high, ...timing.ratios]);
  const from = Math.min(.9, ...all) / 1.04;
  const to = Math.max(1.12, ...all) * 1.04;
  const lines = [{at: 1, kind: "rule"}, {at: TOLERANCE, text: "tolerated 1.03", kind: "limit"}];
  if (budget.latency) lines.push({at: budget.latency, text: "budget " + lossText(budget.latency), kind: "limit"});
  const fine = [1, .7, .75, .8, .85, .9, .95, 1.05, 1.1, 1.15, 1.2, 1.3];
  const coarse = [1, .5, 2, .1, .2, .3, .4, .05, 5, .6, .7, .8, 1.2, 1.5, 3, 10, 20];
  const ticks = (to / from < 1.6 ? fine : coarse).filter(tick => tick > from && tick < to);
  return {scale: logarithmic(from, to), ticks, tickText: tick => tick + "×", lines, zone: TOLERANCE, body: 34};
}
function timingTable(list) {
  const spread = latency => estimate(timeText(latency.time.value), timeRangeText(latency));
  const verdict = timing => toned(verdictText(timing.verdict), verdictTone(timing.verdict));
  return table(["workload", ">before", ">after", ">ratio", "verdict"], list.map(timing => [timing.label ?? timing.workload,
    spread(timing.baseline), spread(timing.candidate), estimated(timing.ratio, ratioText), verdict(timing)]));
}
