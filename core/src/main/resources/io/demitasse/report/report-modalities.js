// What became of each modality: its weights, its work, how much hangs on it, and what answers look at.

const MODALITIES = {TEXT: ["text", "texts"], IMAGE: ["picture", "pictures"], AUDIO: ["sound", "sounds"], VIDEO: ["video", "videos"], TENSORS: ["numbers", "numbers"]};
const modalityName = modality => (MODALITIES[modality] ?? [modality])[0];
const modalityPlural = modality => (MODALITIES[modality] ?? [modality, modality])[1];

function drawModalities() {
  const {shares, dependence, saliency} = report.checks.modalities;
  if (shares.length + dependence.length + saliency.length === 0) return leaveOut("modalities");
  const panel = element("div", {class: "panel"});
  if (shares.length) panel.append(...sharesOfModalities());
  if (dependence.length) panel.append(...dependenceOnModalities(dependence));
  byId("modality-panels").append(panel);
  if (panel.childElementCount === 0) panel.remove();
  if (saliency.length) byId("modality-panels").append(...saliencyPanels(saliency));
}

// ---- Weights and work

function sharesOfModalities() {
  const {shares, meetings} = report.checks.modalities;
  const rows = shares.map(share => [shareName(share.modalities), changeText(share.bytesBefore, share.bytesAfter),
    `${shareText(share.operationsBefore)} → ${shareText(share.operationsAfter)}`, errorsOfShare(share)]);
  return [scrolling("Weights, work and errors by modality", table(["", ">weights", ">share of the work", ">error of layers"], rows)),
    element("p", {class: "muted"}, "Fusion is what several modalities flow into. Work is multiplications of one run of each part; errors are"
      + " those of changed layers in the result, their mean and the largest.",
    ...meetings.length ? [" They meet first at ", ...meetings.flatMap((name, place) => [place ? ", " : "", named(name)]), "."] : [])];
}
function shareName(modalities) {
  if (modalities.length === 0) return "neither";
  const names = modalities.map(modalityName).join(" + ");
  return modalities.length > 1 ? element("span", {}, "fusion ", element("small", {class: "muted"}, names)) : names;
}
function changeText(before, after) {
  const saved = before > 0 ? 1 - after / before : 0;
  return `${bytesText(before)} → ${bytesText(after)}` + (saved > .005 ? ` (−${shareText(saved)})` : "");
}
function errorsOfShare({layers, error, worst, worstError}) {
  if (layers === 0) return "–";
  return hint(element("span", {tabindex: "0"}, `${lossText(error)}, at most ${lossText(worstError)}`), `${layers} ${layers === 1 ? "layer" : "layers"}\nlargest: ${worst}`);
}

// ---- How much hangs on each

function dependenceOnModalities(dependence) {
  const loss = interval => estimated(interval, lossText);
  const rows = dependence.map(each => [modalityPlural(each.modality), loss(each.before), loss(each.after), keptOfDependence(each)]);
  const [{metric, samples}] = dependence;
  return [element("h3", {}, "How much hangs on each"),
    element("p", {class: "muted"}, `What ${metric} loses where samples are given the pictures, sounds or texts of other samples and keep all else, over `
      + `${decimals(samples, 0)} samples: nothing is lost where a model does not look. Below 80 % of the original's loss, the result looks less.`),
    scrolling("Loss without each modality", table(["given those of others", ">original loses", ">result loses", ">kept"], rows))];
}
function keptOfDependence({kept}) {
  if (!kept) return toned("the original does not hang on it", "muted");
  const text = estimated(kept, shareText);
  return kept.high < .8 ? element("span", {}, badge("looks less", "bad"), " ", text) : text;
}

// ---- What answers look at

function saliencyPanels(saliency) {
  const {alike} = report.checks.modalities;
  return [element("h3", {}, "What answers hang on"),
    element("p", {class: "muted"}, "Patches of a picture, windows of a sound and words were taken out one after the other: the stronger the color, the more that"
      + " costs the original's answer. " + (alike === null ? "" : `Original and result look at the same things as far as ranks tell: ${decimals(alike, 2)}`
      + " in the mean, 1 being the same order.")),
    element("div", {class: "saliencies"}, ...saliency.map(saliencyCard))];
}
function saliencyCard(map) {
  const card = element("figure", {class: "panel saliency"}, element("figcaption", {}, named(map.sample), " ",
    element("small", {}, `${modalityName(map.modality)}, rank correlation ${map.correlation === null ? "–" : decimals(map.correlation, 2)}`)));
  const sides = [["original", map.before], ["result", map.after]].map(([name, values]) =>
    element("div", {}, element("small", {class: "muted"}, name), saliencyOf(map, warmth(values), name)));
  card.append(element("div", {class: map.picture ? "two" : ""}, ...sides));
  return card;
}
/** What costs nothing, or helps, is cold; the place that costs most is hot. */
function warmth(values) {
  const most = Math.max(...values.map(Number), 0);
  return values.map(value => most > 0 ? Math.max(0, value) / most : 0);
}
function saliencyOf(map, heats, name) {
  if (map.places.length) return element("p", {}, ...map.places.flatMap((word, place) => [warmWord(word, heats[place]), " "]));
  const rows = heats.length / map.columns;
  const cells = heats.map((heat, place) => {
    const cell = rectangle(place % map.columns, Math.floor(place / map.columns), 1, 1, map.picture ? "warm" : "cell");
    if (map.picture) cell.setAttribute("fill-opacity", heat * .75);
    return map.picture ? cell : heated(cell, heat);
  });
  const grid = shape("svg", {viewBox: `0 0 ${map.columns} ${rows}`, preserveAspectRatio: "none", role: "img",
    "aria-label": `What the ${name} looks at in ${map.sample}`}, ...cells);
  return map.picture ? element("div", {class: "seen"}, element("img", {src: map.picture, alt: ""}), grid)
    : element("div", {class: "windows"}, grid);
}
function warmWord(word, heat) {
  const mark = element("span", {class: "word"}, word);
  mark.style.backgroundColor = `color-mix(in srgb, var(--heat) ${Math.round(heat * 40)}%, transparent)`;
  return mark;
}
