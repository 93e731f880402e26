// How weights were trained: every objective over the steps, the learning rate, and what was kept.

const MOST_OBJECTIVES = 11; // Charts beside that of their sum; the table has all.
const POINTED_AT = 400; // Points that answer to being pointed at.
const SERIES = {learned: {kind: "curve stroke-before"}, judged: {kind: "curve stroke-after"}};
const ENDINGS = {ALL_STEPS: "All its steps were made.", NO_BETTER: "Nothing better came.", OUT_OF_TIME: "The time was up.", DIVERGED: "It diverged."};
/** Numbers from large to tiny, in few characters. */
function fineText(value) {
  if (!Number.isFinite(value)) return "not finite";
  const rounded = Number(value.toPrecision(3));
  const text = rounded !== 0 && Math.abs(rounded) < .001 ? rounded.toExponential() : rounded.toLocaleString("en", {maximumFractionDigits: 10});
  return text.replaceAll("-", "−");
}

function drawTraining() {
  if (report.training.length === 0) return leaveOut("training");
  const panels = report.training.map((curve, index) => ({title: curve.part, note: endNote(curve), panel: curvePanel(curve, index)}));
  byId("curves").append(...panels.length > 1 ? tabbed("Trainings", panels) : panels.map(each => each.panel));
  report.training.forEach((curve, index) => chartsOf(curve).forEach((chart, place) => drawCurve(curve, chart, curveId(index, place))));
}
const curveId = (index, place) => `plot-training-${index}-${place}`;
const lastStep = curve => Math.max(1, ...curve.points.map(point => point.step));
const endNote = curve => curve.best === 0 ? "start kept" : `step ${decimals(curve.best, 0)} kept`;
function endText(curve) {
  const kept = curve.best === 0 ? "Nothing was better than the start, whose weights were kept."
    : `The weights of step ${decimals(curve.best, 0)} of ${decimals(lastStep(curve), 0)} were kept, which were judged best.`;
  return `${kept} ${curve.why || (ENDINGS[curve.end] ?? curve.end)}`;
}

// ---- What there is to draw

/** Terms without the name of the one student that all are of. */
function termsOf(curve) {
  const keys = [...new Set(curve.points.flatMap(point => [...Object.keys(point.judged), ...Object.keys(point.learned)]))].sort();
  const student = key => key.slice(0, key.indexOf("/") + 1);
  const alike = new Set(keys.map(student)).size === 1;
  return keys.map(key => ({key, name: alike ? key.slice(student(key).length) : key}));
}
/** Title and values of one chart: for each series, a number at each point, undefined where there is none. */
function chartsOf(curve) {
  const values = of => curve.points.map(of).map(value => value === undefined ? undefined : Number(value));
  const terms = termsOf(curve);
  const objective = {title: "Objective", note: "the weighted sum of all", judged: values(point => point.objective)};
  const charts = terms.slice(0, MOST_OBJECTIVES).map(({key, name}) =>
    ({title: name, named: true, learned: values(point => point.learned[key]), judged: values(point => point.judged[key])}));
  const rate = {title: "Learning rate", rate: values(point => point.step === 0 ? undefined : point.rate)};
  return [...(terms.length === 1 ? [] : [objective]), ...charts, rate];
}
function curvePanel(curve, index) {
  const figures = chartsOf(curve).map((chart, place) => element("figure", {},
    element("figcaption", {}, chart.named ? named(chart.title) : chart.title, chart.note ? element("small", {}, " " + chart.note) : undefined),
    element("div", {class: "plot", id: curveId(index, place)})));
  const marks = [[line(0, 6, 12, 6, SERIES.judged.kind), "judged, on examples that nothing is learned from"],
    [line(0, 6, 12, 6, SERIES.learned.kind), "learned, on those that it is learned from"], [circle("solid"), "kept"]];
  return element("div", {class: "panel"}, element("p", {}, endText(curve)), element("div", {class: "curves"}, ...figures), legend(marks),
    curveTable(curve));
}
function curveTable(curve) {
  const terms = termsOf(curve);
  const headings = ["step", ">learning rate", ">objective", ...terms.flatMap(({name}) => [`>${name}, judged`, `>${name}, learned`]), ""];
  const cell = value => value === undefined ? "–" : fineText(Number(value));
  const rows = curve.points.map(point => [decimals(point.step, 0), point.step === 0 ? "–" : fineText(Number(point.rate)), cell(point.objective),
    ...terms.flatMap(({key}) => [cell(point.judged[key]), cell(point.learned[key])]), point.step === curve.best ? "kept" : ""]);
  return folded(`All ${rows.length} points as a table`, table(headings, rows));
}

// ---- One chart

function drawCurve(curve, chart, id) {
  const series = [...Object.keys(SERIES), "rate"].filter(name => chart[name]);
  const ends = name => chart[name].filter(Number.isFinite);
  const moved = series.filter(name => ends(name).length).map(name => `${name} from ${fineText(ends(name)[0])} to ${fineText(ends(name).at(-1))}`);
  plot(id, `${chart.title} over ${decimals(lastStep(curve), 0)} steps: ${moved.join(", ")}; ${endNote(curve)}. The table has the same numbers`,
    width => curvePlot(curve, chart, series, width));
}
function curvePlot(curve, chart, series, width) {
  const frame = {left: 58, right: width - 10, top: 22, bottom: 168};
  const x = linear(0, lastStep(curve))(frame.left, frame.right);
  const {y, ticks} = curveScale(series.flatMap(name => chart[name]).filter(Number.isFinite), frame, chart.rate !== undefined);
  const shapes = ticks.flatMap(tick => [line(frame.left, y(tick), frame.right, y(tick), "grid"), label(frame.left - 8, y(tick) + 4, fineText(tick), "small", "end")]);
  shapes.push(line(frame.left, frame.bottom, frame.right, frame.bottom, "rule"), line(x(curve.best), frame.top - 6, x(curve.best), frame.bottom, "rule"),
    ...stepLabels(lastStep(curve), x, frame));
  for (const name of series) shapes.push(...seriesShapes(curve, chart[name], name, {x, y, frame}));
  if (curve.points.length <= POINTED_AT) shapes.push(...curve.points.map((_, place) => reachOf(curve, chart, series, place, {x, frame})));
  return {height: frame.bottom + 24, shapes};
}
/** Losses that fall far are drawn by their logarithm; a learning rate never is, for it ends at 0. */
function curveScale(values, frame, plain) {
  const [low, high] = values.length ? [Math.min(...values), Math.max(...values)] : [0, 1];
  if (!plain && low > 0 && high / low > 8) {
    const [from, to] = [low / 1.15, high * 1.15];
    return {y: logarithmic(from, to)(frame.bottom, frame.top), ticks: logarithmicTicks(from, to)};
  }
  const margin = (high - low) * .08 || Math.abs(high) * .1 || 1;
  const from = low >= 0 ? Math.max(0, plain || low < high / 3 ? 0 : low - margin) : low - margin;
  return {y: linear(from, high + margin)(frame.bottom, frame.top), ticks: niceTicks(from, high + margin, 4)};
}
function logarithmicTicks(from, to) {
  const powers = [];
  for (let power = Math.floor(Math.log10(from)); power <= Math.log10(to); power++) powers.push(10 ** power);
  const every = Math.ceil(powers.length / 5);
  const digits = powers.length > 3 ? [1] : powers.length > 2 ? [1, 3] : [1, 2, 5];
  return powers.filter((_, index) => index % every === 0).flatMap(power => digits.map(digit => digit * power)).filter(tick => tick >= from && tick <= to);
}
function stepLabels(last, x, frame) {
  const ticks = niceTicks(0, last, frame.right - frame.left < 340 ? 3 : 5).filter(tick => Number.isInteger(tick) && tick > 0);
  return [label(x(0), frame.bottom + 17, "start", "small", "middle"),
    ...ticks.map(tick => label(Math.min(x(tick), frame.right - textWidth(decimals(tick, 0), 12) / 2 + 8), frame.bottom + 17, decimals(tick, 0), "small", "middle"))];
}
/** A line through what is finite; what is not stands over it. The kept point is marked on what was judged. */
function seriesShapes(curve, values, name, {x, y, frame}) {
  const steps = curve.points.map(point => point.step);
  let path = "";
  values.forEach((value, place) => {
    if (Number.isFinite(value)) path += `${Number.isFinite(values[place - 1]) ? "L" : "M"}${x(steps[place])} ${y(value)}`;
  });
  const shapes = path ? [shape("path", {d: path, class: (SERIES[name] ?? SERIES.judged).kind})] : [];
  values.forEach((value, place) => {
    if (value !== undefined && !Number.isFinite(value)) shapes.push(shape("path", {d: `M${x(steps[place]) - 5} ${frame.top}h10l-5 -10z`, class: "dot fill-bad"}));
  });
  const kept = values[steps.indexOf(curve.best)];
  if (name === "judged" && Number.isFinite(kept)) shapes.push(shape("circle", {cx: x(curve.best), cy: y(kept), r: 5.5, class: "dot solid"}));
  return shapes;
}
/** What stands at a point, over the whole height of the chart and halfway to its neighbors. */
function reachOf(curve, chart, series, place, {x, frame}) {
  const {step} = curve.points[place];
  const edge = other => curve.points[other] === undefined ? x(step) : (x(step) + x(curve.points[other].step)) / 2;
  const told = series.filter(name => chart[name][place] !== undefined).map(name => `${name} ${fineText(chart[name][place])}`);
  const text = [step === 0 ? "start" : `step ${decimals(step, 0)}`, ...told, step === curve.best ? "kept" : undefined].filter(Boolean).join("\n");
  const [left, right] = [edge(place - 1) - (place ? 0 : 6), edge(place + 1) + (place + 1 < curve.points.length ? 0 : 6)];
  return hint(rectangle(left, 0, right - left, frame.bottom + 4, "reach"), text);
}
