// Setting, recipe, theme, paper; and the start.

function drawSetting() {
  const {version, created, runtime, java, machine, threads, seed} = report.setting;
  const facts = {Demitasse: version, Runtime: runtime, Java: java, Machine: machine, Threads: threads, Seed: seed, Time: created,
    Budget: budget.text};
  byId("facts").append(...Object.entries(facts).flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, String(value))]));
  byId("recipe-text").textContent = report.recipe;
  byId("copy").addEventListener("click", copyRecipe);
}
async function copyRecipe() {
  try {
    await navigator.clipboard.writeText(report.recipe);
  } catch {
    getSelection().selectAllChildren(byId("recipe-text")); // Where the clipboard is closed to pages, as from some files.
    document.execCommand("copy");
  }
  byId("copy").textContent = "Copied";
  setTimeout(() => { byId("copy").textContent = "Copy"; }, 2000);
}
function remembered(theme) {
  try {
    if (theme) localStorage.setItem("demitasse-theme", theme);
    return localStorage.getItem("demitasse-theme");
  } catch {
    return theme; // Pages from files may have no storage.
  }
}
function setUpTheme() {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = theme => {
    page.dataset.theme = theme;
    byId("theme").textContent = theme === "dark" ? "Light" : "Dark";
  };
  const follow = () => apply(remembered() ?? (dark.matches ? "dark" : "light"));
  follow();
  dark.addEventListener("change", follow);
  byId("theme").addEventListener("click", () => {
    const theme = page.dataset.theme === "dark" ? "light" : "dark";
    remembered(theme);
    apply(theme);
  });
}
function setUpPaper() {
  addEventListener("resize", () => requestAnimationFrame(redraw));
  addEventListener("beforeprint", () => {
    document.querySelectorAll("#decisions details, .fold").forEach(each => { each.open = true; });
    document.querySelectorAll("[role=tabpanel]").forEach(each => { each.hidden = false; });
    redraw();
  });
  addEventListener("afterprint", () => document.querySelectorAll("[role=tab]").forEach(tab => {
    byId(tab.getAttribute("aria-controls")).hidden = tab.getAttribute("aria-selected") !== "true";
  }));
  addEventListener("keydown", event => { if (event.key === "Escape") byId("tip").hidden = true; });
}

setUpTheme();
for (const draw of [drawResult, drawSize, drawSplit, drawLatency, drawAccuracy, drawGroups, drawConfusion, drawModalities, drawPages, drawSamples, drawTradeoff, drawDecisions, drawRemoved, drawTraining, drawGraphs,
  drawParts, drawLayers, drawSetting, setUpPaper]) {
  try {
    draw();
  } catch (error) {
    reportError(error); // One section that fails leaves the others standing.
  }
}
redraw();
page.dataset.drawn = "true";
