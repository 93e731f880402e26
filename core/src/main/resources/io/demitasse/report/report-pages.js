// Pictures with what was read in them before and after.

const FATES = {worse: "now wrong", better: "now right", other: "otherwise read", same: "as before"};
const CROP = {height: 30, width: 330};

function drawPages() {
  const examples = report.accuracy.examples.map(readExample);
  if (examples.length === 0) return leaveOut("pages");
  const changed = sum(examples.map(each => each.changed.length));
  byId("pages-note").textContent = `The ${examples.length === 1 ? "sample" : examples.length + " samples"} that suffered most, `
    + `with ${changed} of ${sum(examples.map(each => each.marks.length))} lines read differently.`;
  const entries = examples.map(example => ({
    title: example.title, note: example.changed.length ? `${example.changed.length} changed` : "as before", panel: examplePanel(example),
  }));
  byId("examples").append(...tabbed("Samples", entries));
}
function readExample(shown) {
  const marks = shown.marks.map((mark, index) => ({...mark, index, fate: fateOf(mark)}));
  return {...shown, marks, changed: marks.filter(mark => mark.fate !== "same")};
}
/** Whether a reading came nearer to the truth, where it is known, or went away from it. */
function fateOf({before, after, truth}) {
  if (before === after) return "same";
  if (!truth) return "other";
  const [was, is] = [distance(before, truth), distance(after, truth)];
  return is > was ? "worse" : is < was ? "better" : "other";
}

// ---- A sample: its picture and its lines

function examplePanel(example) {
  const {width, height, marks} = example;
  const picture = element("img", {width, height, alt: "the picture of " + example.title, decoding: "sync"});
  const overlay = shape("svg", {viewBox: `0 0 ${width} ${height}`, role: "group", "aria-label": "Boxes, left and right to go through them"},
    ...marks.filter(mark => mark.corners.length === 8).map(mark => boxOf(mark, example)));
  const sheet = element("div", {class: "sheet"}, picture, overlay);
  const lines = element("ol", {class: "lines"});
  const panel = element("div", {class: "example"}, element("figure", {class: "viewer"},
    element("figcaption", {class: "row"}, fateLegend(marks), zoom(sheet, width)), element("div", {class: "frame"}, sheet)),
  element("div", {class: "readings"}, lineFilter(example, lines), lines));
  example.sheet = sheet;
  example.lines = lines;
  example.ready = load(picture, example.picture);
  walkable(overlay, "polygon", {singleStop: true});
  walkable(lines, "li", {singleStop: true});
  listLines(example, example.changed.length ? example.changed : marks);
  return panel;
}
/** Only pictures that lie in the page are shown. */
function load(picture, address) {
  if (!/^data:image\//.test(address)) return Promise.resolve(undefined);
  picture.src = address;
  return picture.decode().then(() => picture, () => undefined);
}
function boxOf(mark, example) {
  const points = mark.corners.map(Number).join(" ");
  const box = shape("polygon", {points, class: "box " + mark.fate, tabindex: "-1", role: "button", "aria-label": spoken(mark)});
  const select = () => selectMark(example, mark);
  for (const name of ["focus", "mouseenter", "click"]) box.addEventListener(name, select);
  mark.box = hint(box, () => readings(mark));
  return box;
}
function spoken({before, after, truth, fate}) {
  const read = text => text || "nothing";
  return `${FATES[fate]}: before ${read(before)}, after ${read(after)}` + (truth ? `, truth ${truth}` : "");
}
function fateLegend(marks) {
  const counts = groupBy(marks, mark => mark.fate);
  return legend(Object.keys(FATES).filter(fate => counts.has(fate))
    .map(fate => [rectangle(1, 2, 10, 8, "box " + fate), `${FATES[fate]} ${counts.get(fate).length}`]));
}
function zoom(sheet, width) {
  return switches([["fit", "Fit"], ["full", "Full size"]], "fit", key => {
    sheet.style.width = key === "full" ? Math.max(width, sheet.parentNode.clientWidth * 1.6) + "px" : "";
  });
}
function lineFilter(example, lines) {
  const {changed, marks} = example;
  const kinds = [["changed", `Changed ${changed.length}`], ["all", `All ${marks.length}`]];
  return switches(kinds, changed.length ? "changed" : "all", key => listLines(example, key === "all" ? marks : changed));
}
function listLines(example, marks) {
  example.lines.replaceChildren(...marks.map((mark, index) => lineItem(example, mark, index === 0)));
  if (marks.length === 0) example.lines.append(element("p", {class: "muted"}, "Every line reads as before."));
}
function lineItem(example, mark, first) {
  const item = element("li", {class: mark.fate, tabindex: first ? "0" : "-1"}, cropOf(example, mark), readings(mark));
  const select = () => selectMark(example, mark);
  for (const name of ["focus", "mouseenter", "click"]) item.addEventListener(name, select);
  mark.item = item;
  return item;
}
function selectMark(example, mark) {
  for (const other of example.marks) {
    other.box?.classList.toggle("selected", other === mark);
    other.item?.classList.toggle("selected", other === mark);
  }
  if (mark.item?.isConnected && !mark.item.matches(":hover, :focus")) reveal(example.lines, mark.item);
}
/** Scrolls the list, never the page. */
function reveal(list, item) {
  const below = item.offsetTop + item.offsetHeight - list.clientHeight;
  if (item.offsetTop < list.scrollTop || below > list.scrollTop) list.scrollTop = Math.min(item.offsetTop, below + 8);
}

// ---- What was read

/** Before, after and truth, with the characters marked that differ from the truth, or between before and after where nobody knows it. */
function readings({before, after, truth}) {
  const row = (name, text, reference) => [element("dt", {}, name),
    element("dd", {class: "name"}, ...(text ? compared(text, reference) : [element("em", {}, "nothing found")]))];
  if (before === after) return element("dl", {class: "readings"}, ...row("read", after, truth || after), ...(truth && truth !== after ? row("truth", truth, truth) : []));
  return element("dl", {class: "readings"}, ...row("before", before, truth || after), ...row("after", after, truth || before),
    ...(truth ? row("truth", truth, truth) : []));
}
/** The text with what the reference has not marked, and gaps where the reference has more. */
function compared(text, reference) {
  const pieces = [];
  for (const {kind, character} of alignment(text, reference)) {
    const last = pieces.at(-1);
    if (last?.kind === kind) last.text += character;
    else pieces.push({kind, text: character});
  }
  return pieces.map(({kind, text}) => kind === "same" ? document.createTextNode(text)
    : kind === "extra" ? element("mark", {}, text) : element("mark", {class: "gap", title: "lacks " + text}));
}
/** Rows of the edit distance between two texts, by characters. */
function distances(a, b) {
  const rows = [Array.from({length: b.length + 1}, (_, column) => column)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      row.push(Math.min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    rows.push(row);
  }
  return rows;
}
const characters = text => [...text.slice(0, 300)];
const distance = (a, b) => distances(characters(a), characters(b)).at(-1).at(-1);
function alignment(text, reference) {
  const [a, b] = [characters(text), characters(reference)];
  const rows = distances(a, b);
  const steps = [];
  let [i, j] = [a.length, b.length];
  while (i > 0 || j > 0) {
    const here = rows[i][j];
    if (i > 0 && j > 0 && a[i - 1] === b[j - 1] && rows[i - 1][j - 1] === here) {
      steps.push({kind: "same", character: a[i - 1]});
      i--; j--;
    } else if (i > 0 && j > 0 && rows[i - 1][j - 1] + 1 === here) {
      steps.push({kind: "extra", character: a[i - 1]});
      i--; j--;
    } else if (i > 0 && rows[i - 1][j] + 1 === here) {
      steps.push({kind: "extra", character: a[--i]});
    } else {
      steps.push({kind: "gap", character: b[--j]});
    }
  }
  return steps.reverse();
}

// ---- A line cut out of the picture, upright

function cropOf(example, mark) {
  const canvas = element("canvas", {class: "crop", "aria-hidden": "true"});
  if (mark.corners.length !== 8) return undefined;
  example.ready.then(picture => picture ? drawCrop(canvas, picture, example, mark.corners.map(Number)) : canvas.remove());
  return canvas;
}
function drawCrop(canvas, picture, example, [x0, y0, x1, y1, , , x3, y3]) {
  const [width, height] = [Math.hypot(x1 - x0, y1 - y0), Math.hypot(x3 - x0, y3 - y0)];
  const scale = Math.min(CROP.height / height, CROP.width / width);
  if (!Number.isFinite(scale) || scale <= 0) return canvas.remove();
  const density = Math.min(3, devicePixelRatio || 1) * scale;
  canvas.width = Math.ceil(width * density);
  canvas.height = Math.ceil(height * density);
  canvas.style.width = Math.ceil(width * scale) + "px";
  const [ax, ay, bx, by] = [(x1 - x0) / width, (y1 - y0) / width, (x3 - x0) / height, (y3 - y0) / height];
  const turn = (ax * by - ay * bx) / density; // Maps the box's edges onto those of the canvas.
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.setTransform(by / turn, -ay / turn, -bx / turn, ax / turn, (bx * y0 - by * x0) / turn, (ay * x0 - ax * y0) / turn);
  context.drawImage(picture, 0, 0, example.width, example.height);
}
