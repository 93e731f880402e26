"use strict";

// The report, what follows from it, and numbers as texts.

const page = document.documentElement;
const failed = message => { page.dataset.errors = [page.dataset.errors, message].filter(Boolean).join(" | "); };
addEventListener("error", event => failed(event.message));
addEventListener("unhandledrejection", event => failed(String(event.reason)));
addEventListener("securitypolicyviolation", event => failed("blocked " + event.blockedURI));

/** Text of others as it is safe to show: what moves or turns the text around it is spelled out. Joiners inside words stay. */
const visible = text => text.replace(/(?![\n\t\u200c\u200d])[\p{Cc}\p{Cf}\u2028\u2029]/gu,
  character => "\\u" + character.codePointAt(0).toString(16).padStart(4, "0"));
const report = JSON.parse(document.getElementById("report").textContent,
  (key, value) => typeof value === "string" ? visible(value) : value);
const parts = report.parts;
const scores = report.accuracy.scores;
const several = parts.length > 1;

// ---- Limits

const held = (kind, metric = "") => report.budget.held.find(each => each.kind === kind && each.metric === metric);
/** Limits as shares of what the original has. */
const budget = {size: held("size")?.share, latency: held("latency")?.share, text: limitsText()};

function limitsText() {
  return report.budget.limits.replace(/drop\(([^()]+)\)/g, "loss of $1").replace(/drop/g, "loss")
    .replaceAll("<=", " ≤ ").replaceAll("%", " %");
}
/** A metric of one part, or of a candidate, has the limit of the same metric of the result. */
const limitOf = score => held("drop", score.metric)?.share;

/** How much of its limit a metric may have lost, 1 being all; undefined where nothing limits it. */
function spent(score) {
  const allowed = limitOf(score);
  if (allowed === undefined) return undefined;
  const high = Number(score.degradation.high);
  return allowed > 0 ? high / allowed : high > 0 ? Infinity : 0;
}
const isLimited = score => limitOf(score) !== undefined;
const isOver = score => isLimited(score) && Number(score.degradation.high) > limitOf(score);
/** Of the result: whether its limit is kept as the run has judged it, folds of cross-validation included. */
const isMissed = score => held("drop", score.metric)?.met === false;
const limitedFirst = list => [...list.filter(isLimited), ...list.filter(score => !isLimited(score))];
/** The limited metric that comes nearest to its limit, or the first where none is limited. */
function nearest(list) {
  const limited = list.filter(isLimited);
  return limited.length ? limited.reduce((a, b) => spent(a) >= spent(b) ? a : b) : list[0];
}
const headline = nearest(scores.some(isMissed) ? scores.filter(isMissed) : scores);
const crossValidated = report.accuracy.crossValidated;

// ---- Sums

const sum = numbers => numbers.reduce((a, b) => a + b, 0);
const sizeBefore = sum(parts.map(part => part.before.fileBytes));
const sizeAfter = sum(parts.map(part => part.after.fileBytes));
const whole = report.whole.map(timing => ({...timing, label: timing.workload}));
const timings = [...whole, ...parts.flatMap(part => part.timings.map(timing => ({...timing, part: part.name, label: partLabel(part.name, timing.workload)})))];
function partLabel(part, text) { return several ? `${part} · ${text}` : text; }
/** The workload that gained least speaks for all. */
const leastGain = list => list.length ? list.reduce((a, b) => a.ratio.value >= b.ratio.value ? a : b) : undefined;
const mostGain = list => list.reduce((a, b) => a.ratio.value <= b.ratio.value ? a : b);
function groupBy(list, keyOf) {
  const groups = new Map();
  for (const each of list) {
    const key = keyOf(each);
    if (groups.has(key)) groups.get(key).push(each);
    else groups.set(key, [each]);
  }
  return groups;
}

// ---- Texts

const TOLERANCE = 1.03;
const VERDICTS = {
  FASTER: ["faster", "good"], NOT_SLOWER: ["not slower", "neutral"], UNDECIDED: ["undecided", "warn"], SLOWER: ["slower", "bad"],
};
const verdictText = verdict => (VERDICTS[verdict] ?? [verdict])[0];
const verdictTone = verdict => (VERDICTS[verdict] ?? [verdict, "neutral"])[1];

function decimals(value, digits) {
  const number = Number(value);
  if (!Number.isFinite(number)) return "–";
  const text = number.toLocaleString("en", {minimumFractionDigits: digits, maximumFractionDigits: digits});
  return /^-[0.,]+$/.test(text) ? text.slice(1) : text.replace("-", "−");
}
function scaled(value, units) {
  let unit = 0;
  while (unit + 1 < units.length && Math.abs(value) >= 999.5) { value /= 1000; unit++; }
  const size = Math.abs(value);
  return decimals(value, unit === 0 || size >= 199.5 ? 0 : size >= 9.95 ? 1 : 2) + " " + units[unit];
}
const bytesText = bytes => scaled(bytes, ["B", "kB", "MB", "GB", "TB"]);
const countText = count => scaled(count, ["", "thousand", "million", "billion"]).trim();
const percent = share => decimals(share * 100, share < .0995 ? 2 : 1) + " %";
function timeText(milliseconds) {
  if (milliseconds >= 9999.5) return decimals(milliseconds / 1000, 1) + " s";
  return decimals(milliseconds, milliseconds >= 99.95 ? 0 : milliseconds >= 9.995 ? 1 : milliseconds >= .9995 ? 2 : 3) + " ms";
}
const isShare = score => [score.baseline, score.candidate].every(interval => Math.abs(interval.low) <= 1 && Math.abs(interval.high) <= 1);
const scoreText = (value, score) => decimals(value, isShare(score) ? 4 : 1);
const rangeText = (interval, text) => `${text(interval.low)} to ${text(interval.high)}`;
const intervalText = (interval, text) => `${text(interval.value)} (${rangeText(interval, text)})`;
const ratioText = value => decimals(value, value < 9.995 ? 3 : 1);
const spreadText = latency => `${timeText(latency.time.value)} (${timeRangeText(latency)})`;
function timeRangeText(latency) {
  const [low, high] = [timeText(latency.low), timeText(latency.high)];
  const unit = high.slice(high.indexOf(" "));
  return `${low.endsWith(unit) ? low.slice(0, -unit.length) : low} to ${high}`;
}
function timesText(ratio, verdict) {
  if (verdict === "FASTER") return `${decimals(1 / ratio, 2)} times faster`;
  return verdict === "NOT_SLOWER" ? "not slower" : `${decimals(ratio, 2)} times as long, ${verdictText(verdict)}`;
}
/** A loss or tick with as many digits as it needs. */
const lossText = loss => Number.isFinite(Number(loss)) ? String(Number(Number(loss).toPrecision(3))).replace("-", "−") : "–";
const shareText = share => Number.isFinite(share) ? decimals(share * 100, 0) + " %" : "–";
