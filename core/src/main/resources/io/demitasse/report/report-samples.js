// Samples on which the result differs from the original.

function drawSamples() {
  const differences = report.accuracy.differences;
  if (differences.length === 0) return leaveOut("samples");
  const said = differences.filter(each => each.before !== each.after).length;
  const rest = differences.length - said;
  byId("samples-note").textContent = "Where the result differs most from the original, worst first. " + (differences.every(each => each.truth === "") ? "Nobody said what is right, so neither is judged. " : "")
    + [said ? `${said} ${said === 1 ? "says" : "say"} something else` : "", rest ? `${rest} ${rest === 1 ? "differs" : "differ"} in numbers only` : ""]
      .filter(Boolean).join(", ") + ".";
  byId("differences").append(...differences.map(differenceItem));
}
function differenceItem({sample, content, before, after, metric, agreement, truth}) {
  const changed = before !== after;
  return element("li", {class: changed ? "other" : "same"},
    element("div", {class: "row"}, named(sample), element("span", {class: "muted"}, `${metric} ${decimals(agreement, Math.abs(agreement) <= 1 ? 4 : 1)}`)),
    content && content !== sample ? element("p", {class: "sample"}, content) : undefined,
    changed ? readings({before, after, truth}) : undefined);
}
