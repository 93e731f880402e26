// The graph that stands on the page already: what a node is, and what it is connected to.

const FATE_TEXTS = {UNCHANGED: "as it was", CHANGED: "changed by exact steps", QUANTIZED: "changed by lossy steps", ADDED: "added", REMOVED: "removed"};

function drawGraphs() {
  const panels = [...document.querySelectorAll(".panel.graph")];
  if (panels.length === 0) return leaveOut("graph");
  panels.forEach(panel => connect(panel, parts[panel.dataset.part]));
  if (panels.length < 2) return;
  panels.forEach(panel => panel.querySelector("h3").remove());
  byId("graphs").append(...tabbed("Parts of the graph", panels.map(panel => {
    const {name, graph} = parts[panel.dataset.part];
    return {title: name, note: `${decimals(graph.filter(node => node[2] !== "UNCHANGED").length, 0)} of ${decimals(graph.length, 0)} touched`, panel};
  })));
}
/** Nodes come as lists: name, operator, fate, output, positions of inputs. */
function connect(panel, part) {
  const chips = [...panel.querySelectorAll(".node")];
  const chipOf = new Map(chips.map(chip => [Number(chip.dataset.node), chip]));
  const changes = groupBy(part.changes, change => change.node);
  const readers = new Map();
  part.graph.forEach((node, place) => node[4].forEach(input => readers.set(input, [...readers.get(input) ?? [], place])));
  const blocks = panel.querySelector(".blocks");
  const wires = shape("svg", {class: "wires", "aria-hidden": "true"});
  blocks.append(wires);
  for (const [place, chip] of chipOf) {
    chip.removeAttribute("title");
    hint(chip, () => nodeText(part.graph, place, changes, readers.get(place) ?? []));
    const show = () => showWires(wires, chip, {from: part.graph[place][4], to: readers.get(place) ?? []}, chipOf);
    for (const name of ["mouseenter", "focus", "click"]) chip.addEventListener(name, show);
    for (const name of ["mouseleave", "blur"]) chip.addEventListener(name, () => clearWires(wires, panel));
  }
  walkable(blocks, ".node", {singleStop: true});
}
function nodeText(graph, place, changes, readers) {
  const [name, operator, fate, output, inputs] = graph[place];
  const names = places => places.slice(0, 4).map(each => graph[each][1].replace(/^com\.microsoft\./, "") + " " + tail(graph[each][0])).join(", ")
    + (places.length > 4 ? ` and ${places.length - 4} more` : "");
  const row = (term, text) => text ? [element("dt", {}, term), element("dd", {}, text)] : [];
  const told = (changes.get(name) ?? []).map(change => `${change.pass}: ${change.applied ? "" : "left alone, "}${change.text}`);
  return element("dl", {class: "readings"}, ...row("node", name), ...row("operator", operator), ...row("output", output),
    ...row("reads", names(inputs)), ...row("read by", names(readers)), ...row("fate", FATE_TEXTS[fate] ?? fate),
    ...told.flatMap((text, index) => row(index === 0 ? "steps" : "", text)));
}
const tail = name => name.length > 28 ? "…" + name.slice(-27) : name;

// ---- What a node is connected to

function showWires(wires, chip, {from, to}, chipOf) {
  clearWires(wires, wires.parentNode);
  const frame = wires.parentNode.getBoundingClientRect();
  wires.setAttribute("viewBox", `0 0 ${frame.width} ${frame.height}`);
  const middle = node => {
    const box = node.getBoundingClientRect();
    return [box.left + box.width / 2 - frame.left, box.top + box.height / 2 - frame.top];
  };
  for (const [kind, places] of [["from", from], ["to", to]]) {
    for (const other of places.map(place => chipOf.get(place)).filter(Boolean)) {
      other.classList.add(kind);
      if (!other.getClientRects().length) continue; // It is folded away.
      const [[x0, y0], [x1, y1]] = kind === "from" ? [middle(other), middle(chip)] : [middle(chip), middle(other)];
      const bend = Math.abs(y1 - y0) < 8 ? -26 : 0;
      wires.append(shape("path", {class: kind, d: `M${x0} ${y0}C${x0} ${(y0 + y1) / 2 + bend} ${x1} ${(y0 + y1) / 2 + bend} ${x1} ${y1}`}));
    }
  }
}
function clearWires(wires, within) {
  wires.replaceChildren();
  within.querySelectorAll(".node.from, .node.to").forEach(each => each.classList.remove("from", "to"));
}
