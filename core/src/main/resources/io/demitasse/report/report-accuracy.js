// Scores of the result against the original, and ways to look at loss.

function drawAccuracy() {
  byId("evidence").textContent = `Measured by ${report.accuracy.evidence}.${splitsText()}`;
  tellGains();
  byId("scores").append(scoreTable(limitedFirst(scores)));
  drawFolds();
  const limited = scores.filter(isLimited);
  if (limited.length) drawLimited(limited);
  else byId("limited").remove();
  const others = scores.filter(score => !isLimited(score) && isShare(score));
  if (others.length) drawOthers(others);
  else byId("others").remove();
}

/** How many samples were for what, as a sentence; nothing where nothing was measured. */
function splitsText() {
  const told = report.accuracy.splits.told;
  return told ? ` ${told[0].toUpperCase()}${told.slice(1)}.` : "";
}

/** What models score that have not seen what judges them, or why nobody knows; nothing where none has seen it. */
function drawFolds() {
  const told = crossValidated.told;
  if (!told) return byId("folds").remove();
  byId("folds-note").textContent = told[0].toUpperCase() + told.slice(1) + ".";
  if (crossValidated.scores.length) byId("folds-scores").append(scoreTable(limitedFirst(crossValidated.scores)));
  else byId("folds-scores").remove();
}

// ---- Why accuracy may rise

/** A score that rose by more than what is shown of it. */
const isGain = score => Number(score.degradation.value) < 0 && !/^[−0.,]+$/.test(scoreText(score.degradation.value, score));
const gainNote = () => element("a", {href: "#gains"}, "why it may rise");
function tellGains() {
  const gains = scores.filter(isGain);
  if (gains.length === 0) return byId("gains").remove();
  const sure = gains.filter(score => Number(score.degradation.high) < 0);
  byId("gains").append(`A negative loss is a gain: ${gains.map(score => score.metric).join(", ")}. `
    + "Compression teaches a model nothing. Rounding tips close decisions either way, and on these samples more of them fell on the right side. ",
  sure.length ? `For ${sure.map(score => score.metric).join(", ")} the whole interval lies below zero, so it is more than chance on samples like these; `
    + "other data may show the opposite." : "The interval reaches above zero, so it may be chance: take it for “no loss seen”, not for a better model.");
}

/** Metrics of different limits stand on one axis, from nothing to all that each may lose. */
function drawLimited(limited) {
  const rows = limited.map(score => {
    const allowed = limitOf(score) || Number.MIN_VALUE;
    const {low, value, high} = score.degradation;
    return {
      label: score.metric, text: `${intervalText(score.degradation, each => scoreText(each, score))} of ${lossText(limitOf(score))}`,
      brief: `${scoreText(score.degradation.value, score)} of ${lossText(limitOf(score))}`,
      strong: score === headline, loss: {low: low / allowed, value: value / allowed, high: high / allowed}, over: isOver(score),
    };
  });
  const axis = lossAxis(rows.map(row => row.loss), 1);
  rows.forEach(row => { row.marks = (x, y) => [intervalMark(within(row.loss), row.over ? "bad" : "good", x, y)]; });
  const within = loss => Object.fromEntries(Object.entries(loss).map(([name, value]) => [name, Math.max(axis.from, Math.min(axis.to, value))]));
  plot("plot-loss", "Loss against its limit: " + rows.map(row => `${row.label} ${row.text}`).join(", "), width => rowPlot(width, rows, {
    ...axis, ticks: niceTicks(axis.from, axis.to, width < NARROW ? 3 : 6), tickText: shareText, body: 34,
  }));
}
function drawOthers(others) {
  const rows = others.map(score => ({
    label: score.metric, text: intervalText(score.degradation, value => scoreText(value, score)),
    brief: scoreText(score.degradation.value, score),
    marks: (x, y) => [intervalMark(score.degradation, "neutral", x, y)],
  }));
  const axis = lossAxis(others.map(score => score.degradation));
  plot("plot-others", "Loss of metrics without a limit: " + rows.map(row => `${row.label} ${row.text}`).join(", "), width => rowPlot(width, rows, {
    ...axis, ticks: niceTicks(axis.from, axis.to, width < NARROW ? 3 : 6), tickText: lossText, body: 34,
  }));
}
/** An axis over intervals of loss, with the limit on it where there is one; losses far beyond it do not squeeze the rest. */
function lossAxis(losses, limit) {
  const far = limit === undefined ? Infinity : limit * 4;
  const ends = [0, limit ?? 0, ...losses.flatMap(loss => [Math.max(loss.low, -far), Math.min(loss.high, far)])].filter(Number.isFinite);
  const margin = (Math.max(...ends) - Math.min(...ends)) * .08 || .01;
  const [from, to] = [Math.min(...ends) - margin, Math.max(...ends) + margin];
  const lines = [{at: 0, kind: "rule"}, ...(limit === undefined ? [] : [{at: limit, text: "limit", kind: "limit"}])];
  return {from, to, scale: linear(from, to), lines, zone: limit};
}
function scoreTable(list) {
  const limits = list.some(isLimited);
  return table(["metric", ">original", ">result", ">loss", ...(limits ? [">limit"] : []), ">samples"], list.map(score => [score.metric,
    ...[score.baseline, score.candidate, score.degradation].map(interval => estimated(interval, value => scoreText(value, score))),
    ...(limits ? [limitMark(score)] : []), decimals(score.samples, 0)]));
}
function limitMark(score) {
  if (!isLimited(score)) return "";
  return toned(`${lossText(limitOf(score))} ${isOver(score) ? "✗" : "✓"}`, isOver(score) ? "bad" : "good");
}

// ---- Ways to look at loss

/**
 * Each metric by itself, and above them, where several are limited, the one that comes nearest to its limit, as a share of it.
 * of: the interval among a list of scores, or undefined; limit: where the forbidden begins.
 */
const lossViews = [
  ...(scores.filter(isLimited).length > 1 ? [nearestView()] : []),
  ...limitedFirst(scores).map(metricView),
];
function nearestView() {
  return {
    key: "", name: "the metric nearest to its limit", axis: "loss as a share of its limit", limit: 1,
    of: list => {
      const limited = list.filter(isLimited);
      if (limited.length === 0) return undefined;
      const score = nearest(limited);
      const {low, value, high} = score.degradation;
      const allowed = limitOf(score) || Number.MIN_VALUE;
      return {low: low / allowed, value: value / allowed, high: high / allowed, metric: score.metric, score};
    },
    text: ({score}) => `${intervalText(score.degradation, value => scoreText(value, score))} of ${lossText(limitOf(score))}`,
    tick: shareText,
  };
}
function metricView(score) {
  const text = value => scoreText(value, score);
  return {
    key: "=" + score.metric, name: score.metric, axis: "loss of " + score.metric, limit: limitOf(score),
    of: list => list.find(other => other.metric === score.metric)?.degradation,
    text: interval => intervalText(interval, text), tick: lossText,
  };
}
/** Lets one choose a view where there are several; shows the first at once. */
function chooseView(place, show) {
  if (lossViews.length > 1) {
    const choose = key => show(lossViews.find(view => view.key === key));
    place.append(element("label", {class: "choice"}, "Show ", selection("Loss of", lossViews.map(view => [view.key, view.name]), choose)));
  }
  show(lossViews[0]);
}
