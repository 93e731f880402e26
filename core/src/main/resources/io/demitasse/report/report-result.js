// The first screen: what it was, what it is now, whether the budget holds.

function drawResult() {
  document.title = `${report.title}: ${bytesText(sizeBefore)} → ${bytesText(sizeAfter)} · Demitasse report`;
  byId("result").append(title(), outcome(), element("div", {class: "cards"}, sizeCard(), timeCard(), scoreCard()), evidence(),
    ...(several ? [partsPanel()] : []));
}
function title() {
  const kept = report.candidates.some(each => each.kept);
  const created = new Date(report.setting.created);
  const day = Number.isNaN(created.getTime()) ? report.setting.created : created.toLocaleDateString("en", {dateStyle: "long"});
  return element("div", {class: "title"}, element("p", {class: "muted kicker"}, "Compression report"), element("h1", {}, report.title),
    element("p", {class: "muted"}, `${bytesText(sizeBefore)} → ${bytesText(sizeAfter)}, `
      + `${kept ? "compressed" : "examined"} by Demitasse ${report.setting.version} on ${day}`));
}
function outcome() {
  const kept = report.candidates.some(each => each.kept);
  const met = report.budget.met;
  const sentence = met ? `Every limit is kept: ${budget.text}.` : `The limits are ${budget.text}, but ${report.budget.reasons.join("; ")}.`;
  return element("p", {class: "verdict"}, badge(met ? "Budget met" : "Budget not met", met ? "good" : "bad"),
    element("span", {}, sentence, kept ? "" : " Nothing that was tried kept every promise, so the model was left as it was."));
}
function evidence() {
  const shared = report.accuracy.splits.sizes.shared.length > 0;
  const synthetic = /synthetic, weak evidence/.test(report.accuracy.evidence);
  return element("p", {class: "evidence muted"}, synthetic ? badge("Synthetic data", "warn") : undefined,
    shared && !synthetic ? badge("Shared samples", "warn") : undefined,
    element("span", {}, `Evidence: ${report.accuracy.evidence}.${splitsText()}${report.checks.notes.map(note => ` Noted: ${note}.`).join("")}`));
}

// ---- Cards

function card(name, [before, after], bar, ...notes) {
  return element("div", {class: "card"}, element("h2", {}, ...[name].flat()), element("div", {class: "numbers"},
    element("span", {}, before, element("span", {class: "arrow", "aria-label": "to"}, "→")), element("b", {}, after)), bar,
  ...notes.filter(Boolean).map(note => element("p", {}, note)));
}
function sizeCard() {
  const ratio = sizeAfter / sizeBefore;
  return card("Size", [bytesText(sizeBefore), bytesText(sizeAfter)], shareBar(ratio, budget.size),
    `${percent(ratio)} of the original` + (ratio < .995 ? `, ${decimals(1 / ratio, 2)} times smaller` : ""),
    within(held("size")));
}
/** The verdict on a limit, as the run has given it. */
function within(limit, others = "", text = limit?.limit.replace("%", " %")) {
  if (!limit) return undefined;
  return toned((limit.met ? `✓ within the limit of ${text}` : `✗ over the limit of ${text}`) + others, limit.met ? "good" : "bad");
}
/** End to end where that was timed, or the workload that gained least. */
function timeCard() {
  const list = whole.length ? whole : timings;
  const least = leastGain(list);
  if (!least) return card("Time", ["not", "measured"], shareBar(1));
  const name = whole.length ? "Time end to end" : "Time of one run";
  return card(name, [timeText(least.baseline.time.value), timeText(least.candidate.time.value)], shareBar(least.ratio.value, budget.latency),
    `${timesText(least.ratio.value, least.verdict)} for ${least.label}${others(list, least)}`,
    within(held("latency")));
}
function others(list, least) {
  const best = mostGain(list);
  return best === least ? ""
    : `, the least gain of ${list.length} workloads; ${timesText(best.ratio.value, best.verdict)} for ${best.label}`;
}
function scoreCard() {
  if (!headline) return card("Accuracy", ["not", "measured"], shareBar(1));
  const text = value => scoreText(value, headline);
  const loss = headline.degradation;
  return card(["Accuracy ", element("small", {}, headline.metric)], [text(headline.baseline.value), text(headline.candidate.value)],
    gauge(headline), `loss ${text(loss.value)}, 95 % interval ${rangeText(loss, text)}`, isGain(headline) ? gainNote() : undefined, foldsNote(),
    within(held("drop", headline.metric), otherMetrics(), lossText(limitOf(headline))));
}
/** The loss that no calibration has seen, where that was measured. */
function foldsNote() {
  const score = crossValidated.scores.find(each => each.metric === headline.metric);
  if (!score) return undefined;
  const text = value => scoreText(value, score);
  return `cross-validated: loss ${text(score.degradation.value)}, 95 % interval ${rangeText(score.degradation, text)}`;
}
/** The metric on the card is the one nearest to its limit; whether it is the only one over it is said beside it. */
function otherMetrics() {
  const others = scores.filter(score => isLimited(score) && score !== headline);
  if (others.length === 0) return "";
  const over = others.filter(isMissed).length;
  if (over) return `, as are ${over} of ${others.length} others`;
  return isMissed(headline) ? `; ${others.length} others are within theirs` : `, as are ${others.length} others`;
}

// ---- Parts

function partsPanel() {
  const shares = new Map(report.accuracy.shares.map(share => [share.part, share.scores]));
  const rows = parts.map(part => partRow(part.name, [part.before.fileBytes, part.after.fileBytes], part.timings, shares.get(part.name)));
  const last = partRow("Whole", [sizeBefore, sizeAfter], whole, scores);
  last.className = "whole";
  const heads = ["Part", "Size", "Time", "Accuracy lost"].map(text => element("th", {scope: "col"}, text));
  return element("table", {class: "parts panel"}, element("thead", {}, element("tr", {}, ...heads)), element("tbody", {}, ...rows, last));
}
function partRow(name, [before, after], timed, lost) {
  return element("tr", {}, element("th", {scope: "row"}, named(name)), partSize(before, after), partTime(timed, name), partLoss(lost));
}
function partCell(name, from, to, note, bar) {
  return element("td", {"data-name": name}, element("div", {class: "figures"},
    element("span", {}, element("span", {class: "muted"}, from + " → "), element("b", {}, to)), note), bar);
}
function partSize(before, after) {
  const ratio = after / before;
  return partCell("Size", bytesText(before), bytesText(after), percent(ratio), shareBar(ratio));
}
function partTime(timed, name) {
  const least = leastGain(timed);
  if (!least) return element("td", {"data-name": "Time", class: "muted"}, "not timed");
  const text = least.verdict === "FASTER" ? decimals(1 / least.ratio.value, 2) + "× faster" : verdictText(least.verdict);
  return hint(partCell("Time", timeText(least.baseline.time.value), timeText(least.candidate.time.value), toned(text, verdictTone(least.verdict)),
    shareBar(least.ratio.value, budget.latency)), `${name}: ${least.workload}`
      + (timed.length > 1 ? `, the least gain of ${timed.length} workloads` : "") + `\nratio ${intervalText(least.ratio, ratioText)}`);
}
function partLoss(lost) {
  const score = nearest(lost ?? []);
  if (!score) return element("td", {"data-name": "Accuracy lost", class: "muted"}, "not measured");
  const text = value => scoreText(value, score);
  const allowed = limitOf(score);
  const of = allowed === undefined ? "" : " of " + lossText(allowed);
  return hint(element("td", {"data-name": "Accuracy lost"}, element("div", {class: "figures"},
    element("span", {}, element("b", {}, text(score.degradation.value)), element("span", {class: "muted"}, of)),
    element("span", {class: "muted metric"}, score.metric)), gauge(score)),
  `${score.metric}: loss ${intervalText(score.degradation, text)}${allowed === undefined ? "" : ", limit " + lossText(allowed)}`);
}
