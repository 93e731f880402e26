// Elements of the page. Text from the data only ever becomes text nodes and attributes.

const byId = id => document.getElementById(id);
function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) node.setAttribute(name, value);
  node.append(...children.filter(child => child !== undefined));
  return node;
}
function element(name, attributes = {}, ...children) { return fill(document.createElement(name), attributes, children); }
function shape(name, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}
function badge(text, tone) { return element("span", {class: "badge " + tone}, text); }
function toned(text, tone) { return element("span", {class: tone}, text); }
function named(text) { return element("span", {class: "name"}, text); }
/** A value with its range beside it, the range less loud. */
function estimate(value, range) { return element("span", {}, value, " ", element("span", {class: "muted range"}, `(${range})`)); }
const estimated = (interval, text) => estimate(text(interval.value), rangeText(interval, text));

/** A table whose first column names the rows, unless cells are given; headings that begin with ">" stand over numbers. */
function table(headings, rows) {
  const head = headings.map(heading => heading.startsWith(">")
    ? element("th", {scope: "col", class: "number"}, heading.slice(1)) : element("th", {scope: "col"}, heading));
  const body = rows.map(row => element("tr", {}, ...row.map((content, column) => {
    if (content.tagName === "TD") return content;
    if (column === 0) return element("th", {scope: "row"}, content);
    return element("td", headings[column].startsWith(">") ? {class: "number"} : {}, content);
  })));
  return element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...body));
}
/** A box that a wide table scrolls in, also by keys. */
function scrolling(title, content) {
  return element("div", {class: "scroll", tabindex: "0", role: "region", "aria-label": title}, content);
}
function folded(title, content) {
  return element("details", {class: "fold"}, element("summary", {}, title), scrolling(title, content));
}
function swatch(mark, color) {
  if (color) mark.style.fill = color;
  return shape("svg", {viewBox: "0 0 12 12", "aria-hidden": "true"}, mark);
}
function legend(entries) {
  return element("ul", {class: "legend"}, ...entries.map(([mark, text]) => element("li", {}, swatch(mark), text)));
}
/** Takes a section off the page, and off the navigation. */
function leaveOut(id) {
  byId(id).remove();
  document.querySelector(`nav a[href="#${id}"]`)?.remove();
}

// ---- Bars that are as wide as their place

/** What is left of a whole, with a tick where a limit stands. */
function shareBar(ratio, limit) {
  const bar = element("div", {class: "share", "aria-hidden": "true"}, element("i"));
  bar.firstChild.style.width = Math.max(0, Math.min(100, ratio * 100)) + "%";
  if (limit !== undefined) bar.append(placed(element("b", {class: "tick"}), Math.min(1, limit)));
  return bar;
}
function placed(node, share) {
  node.style.left = share * 100 + "%";
  return node;
}
/** A loss with its interval on the way from nothing to its limit. */
function gauge(score) {
  const {low, value, high} = score.degradation;
  const allowed = limitOf(score) || Math.max(Math.abs(low), Math.abs(high)) || 1;
  const from = Math.max(-allowed, Math.min(0, low)) - allowed * .04;
  const to = Math.min(allowed * 3, Math.max(allowed * 1.12, high * 1.04));
  const at = loss => Math.max(0, Math.min(1, (loss - from) / (to - from)));
  const interval = placed(element("i"), at(low));
  interval.style.width = (at(high) - at(low)) * 100 + "%";
  const marks = [placed(element("b", {class: "zero"}), at(0)), interval, placed(element("b", {class: "dot"}), at(value))];
  if (isLimited(score)) {
    const zone = placed(element("u"), at(allowed));
    marks.unshift(zone, placed(element("b", {class: "tick"}), at(allowed)));
  }
  return element("div", {class: "gauge " + (isOver(score) ? "bad" : "fine"), "aria-hidden": "true"}, ...marks);
}

// ---- Hints, choices, keys

/** Shows a text, or what is built, beside the element while it is pointed at or has the focus. */
function hint(node, content) {
  const tip = byId("tip");
  const show = event => {
    const box = node.getBoundingClientRect();
    tip.replaceChildren(typeof content === "function" ? content() : content);
    tip.hidden = false;
    const x = event.clientX || box.left + box.width / 2;
    tip.style.left = Math.max(8, Math.min(x - tip.offsetWidth / 2, innerWidth - tip.offsetWidth - 8)) + "px";
    tip.style.top = (box.top > tip.offsetHeight + 12 ? box.top - tip.offsetHeight - 8 : box.bottom + 8) + "px";
  };
  const hide = () => { tip.hidden = true; };
  for (const name of ["mouseenter", "focus"]) node.addEventListener(name, show);
  for (const name of ["mouseleave", "blur"]) node.addEventListener(name, hide);
  return node;
}
const STEPS = {ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, Home: -Infinity, End: Infinity};
/** Arrow keys go through what the selector finds. Where it is a single stop, Tab reaches only the one that was last there. */
function walkable(container, selector, {singleStop = false, keys = Object.keys(STEPS)} = {}) {
  const all = () => [...container.querySelectorAll(selector)].filter(each => !each.closest("[hidden]"));
  const settle = current => {
    if (singleStop) all().forEach(each => each.setAttribute("tabindex", each === current ? "0" : "-1"));
  };
  settle(all()[0]);
  container.addEventListener("focusin", event => { if (event.target.matches(selector)) settle(event.target); });
  container.addEventListener("keydown", event => {
    if (!keys.includes(event.key) || event.altKey || event.ctrlKey || event.metaKey || !event.target.matches(selector)) return;
    const list = all();
    const place = Math.max(0, Math.min(list.length - 1, list.indexOf(event.target) + STEPS[event.key]));
    event.preventDefault();
    list[place].focus();
  });
  return () => settle(all()[0]);
}
/** Buttons of which one is pressed. */
function switches(names, chosen, choose) {
  const buttons = names.map(([key, text]) => {
    const button = element("button", {type: "button", "aria-pressed": String(key === chosen)}, text);
    button.addEventListener("click", () => {
      buttons.forEach(other => other.setAttribute("aria-pressed", String(other === button)));
      choose(key);
    });
    return button;
  });
  return element("span", {class: "switches", role: "group"}, ...buttons);
}
function selection(name, options, choose) {
  const select = element("select", {"aria-label": name}, ...options.map(([key, text]) => element("option", {value: key}, text)));
  select.addEventListener("change", () => choose(select.value));
  return select;
}
let tabLists = 0;
/** Panels of which one is shown; on paper all are. Entries: title, note, panel. */
function tabbed(name, entries) {
  const prefix = "tab-" + ++tabLists + "-";
  const choose = chosen => entries.forEach(({panel}, index) => {
    list.children[index].setAttribute("aria-selected", String(index === chosen));
    panel.hidden = index !== chosen;
    if (index === chosen) redraw();
  });
  const list = element("div", {role: "tablist", "aria-label": name, class: "tabs"}, ...entries.map(({title, note}, index) => {
    const tab = element("button", {type: "button", role: "tab", id: prefix + index, "aria-controls": prefix + "panel-" + index},
      element("span", {class: "name"}, title), note ? element("small", {}, note) : undefined);
    tab.addEventListener("focus", () => choose(index));
    tab.addEventListener("click", () => choose(index));
    return tab;
  }));
  entries.forEach(({panel, title}, index) => fill(panel, {role: "tabpanel", id: prefix + "panel-" + index, "aria-labelledby": prefix + index,
    "data-title": title}, []));
  walkable(list, "[role=tab]", {singleStop: true});
  choose(0);
  return [list, ...entries.map(each => each.panel)];
}
