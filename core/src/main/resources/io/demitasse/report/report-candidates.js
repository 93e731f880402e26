// Everything that was tried, in order, with what was decided and why.

function drawDecisions() {
  const kept = report.candidates.filter(each => each.kept).length;
  const count = report.candidates.length;
  byId("tried").textContent = count === 0 ? "No pass found anything to change."
    : `${count} candidates were tried in this order: ${kept} kept, ${count - kept} dropped. `
      + "Times are against the candidate each was made from, accuracy is against the original.";
  const runs = [];
  for (const candidate of report.candidates) {
    const part = partOf(candidate);
    if (runs.length && runs.at(-1).part === part) runs.at(-1).candidates.push(candidate);
    else runs.push({part, candidates: [candidate]});
  }
  byId("decisions").append(...runs.flatMap(({part, candidates}) => [
    part ? element("h3", {class: "part"}, named(part)) : undefined, decisionList(part, candidates)]).filter(Boolean));
  walkable(byId("decisions"), "summary", {keys: ["ArrowDown", "ArrowUp", "Home", "End"]});
  addEventListener("hashchange", openLinked);
  openLinked();
}
function decisionList(part, candidates) {
  return element("ol", {class: "candidates panel"}, ...candidates.map(candidate => element("li", {class: candidate.kept ? "kept" : "dropped"},
    element("details", {id: "candidate-" + candidate.id}, candidateSummary(candidate, part), candidateBody(candidate)))));
}
function candidateSummary(candidate, part) {
  const title = part ? candidate.title.slice(part.length + 2) : candidate.title;
  return element("summary", {}, element("span", {class: "muted"}, String(candidate.id)),
    badge(candidate.kept ? "kept" : "dropped", candidate.kept ? "good" : "neutral"), element("span", {class: "title"}, title),
    element("span", {class: "gain"}, candidate.bytes ? bytesText(candidate.bytes) : "not measured"),
    element("span", {class: "why"}, candidate.why));
}
function candidateBody(candidate) {
  const parent = candidate.parent === 0 ? "the original" : "candidate " + candidate.parent;
  const steps = candidate.steps.map(step => element("li", {}, named(step)));
  const titled = (title, content) => [element("h4", {}, title), content];
  const body = element("div", {class: "body"},
    ...titled("Steps on top of " + parent, steps.length ? element("ul", {class: "plain"}, ...steps) : "none"),
    element("p", {class: "muted"}, `${candidate.changed} nodes changed, ${candidate.skipped} left alone`));
  const boxed = (title, content) => titled(title, scrolling(title, content));
  if (candidate.timings.length) body.append(...boxed("Time against " + parent, timingTable(candidate.timings)));
  if (candidate.scores.length) body.append(...boxed("Accuracy against the original", scoreTable(limitedFirst(candidate.scores))));
  return body;
}
function openLinked() {
  const target = document.getElementById(location.hash.slice(1));
  if (target?.tagName !== "DETAILS") return;
  target.open = true;
  target.scrollIntoView({block: "center"});
  target.querySelector("summary").focus({preventScroll: true});
}
