package io.demitasse.report;

import io.demitasse.report.GraphBlocks.Block;
import io.demitasse.report.GraphNode.Fate;
import io.demitasse.report.Report.Part;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The graph of a part as HTML that needs no script: a strip of all nodes in order of execution, and
 * below it the blocks with a chip for each node. What is long and alike is folded away.
 */
final class GraphPanel {
  /** So many nodes in a row that nothing was done to, or that are gone, are folded. */
  private static final int LONG_RUN = 4;

  /** Chips that are shown at once; blocks beyond are closed. */
  private static final int SHOWN = 160;

  private static final List<Fate> BY_WEIGHT =
      List.of(Fate.QUANTIZED, Fate.CHANGED, Fate.ADDED, Fate.REMOVED, Fate.UNCHANGED);

  private final List<GraphNode> nodes;
  private final StringBuilder html = new StringBuilder();
  private int shown;

  private GraphPanel(List<GraphNode> nodes) {
    this.nodes = nodes;
  }

  /** The panels of all parts that have a graph, one below the other. */
  static String of(List<Part> parts) {
    StringBuilder html = new StringBuilder();
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      if (!part.graph().isEmpty()) {
        String title =
            parts.size() == 1 ? "" : "<h3 class=\"name\">" + Html.text(part.name()) + "</h3>\n";
        html.append(
                String.format(
                    Locale.ROOT, "<div class=\"panel graph\" data-part=\"%d\">\n%s", i, title))
            .append(new GraphPanel(part.graph()).panel())
            .append("</div>\n");
      }
    }
    return html.toString();
  }

  private String panel() {
    legend();
    strip();
    html.append("<div class=\"blocks\">\n");
    GraphBlocks.of(nodes).forEach(this::block);
    return html.append("</div>\n").toString();
  }

  private void legend() {
    html.append("<ul class=\"legend fates\">\n");
    tally(nodes)
        .forEach(
            (fate, count) ->
                html.append(
                    String.format(
                        Locale.ROOT,
                        "<li class=\"%s\">%s %,d</li>\n",
                        css(fate),
                        css(fate),
                        count)));
    html.append("</ul>\n");
  }

  private static Map<Fate, Integer> tally(List<GraphNode> some) {
    Map<Fate, Integer> counts = new EnumMap<>(Fate.class);
    some.forEach(node -> counts.merge(node.fate(), 1, Integer::sum));
    Map<Fate, Integer> sorted = new java.util.LinkedHashMap<>();
    BY_WEIGHT.stream()
        .filter(counts::containsKey)
        .forEach(fate -> sorted.put(fate, counts.getOrDefault(fate, 0)));
    return sorted;
  }

  private static String css(Fate fate) {
    return fate.name().toLowerCase(Locale.ROOT);
  }

  /** All nodes as one line of color. */
  private void strip() {
    html.append(
        String.format(
            Locale.ROOT,
            "<svg class=\"strip\" viewBox=\"0 0 %d 10\" preserveAspectRatio=\"none\" role=\"img\""
                + " aria-label=\"All nodes in order of execution\">",
            nodes.size()));
    for (int from = 0, to; from < nodes.size(); from = to) {
      to = runEnd(from, nodes);
      html.append(
          String.format(
              Locale.ROOT,
              "<rect x=\"%d\" width=\"%d\" height=\"10\" class=\"%s\"/>",
              from,
              to - from,
              css(nodes.get(from).fate())));
    }
    html.append("</svg>\n");
  }

  private static int runEnd(int from, List<GraphNode> some) {
    int to = from + 1;
    while (to < some.size() && some.get(to).fate() == some.get(from).fate()) {
      to++;
    }
    return to;
  }

  private void block(Block block) {
    List<GraphNode> own = block.nodes().stream().map(nodes::get).toList();
    Map<Fate, Integer> tally = tally(own);
    boolean open = !tally.keySet().equals(java.util.Set.of(Fate.UNCHANGED)) && shown < SHOWN;
    shown += open ? own.size() : 0;
    html.append(
            String.format(Locale.ROOT, "<details class=\"block\"%s><summary>", open ? " open" : ""))
        .append(title(block.names()))
        .append("<span class=\"tally\">");
    tally.forEach(
        (fate, count) ->
            html.append(
                String.format(
                    Locale.ROOT, "<span class=\"%s\">%d %s</span> ", css(fate), count, css(fate))));
    html.append("</span></summary>\n<div class=\"flow\">");
    for (int from = 0, to; from < own.size(); from = to) {
      to = runEnd(from, own);
      run(block.nodes().subList(from, to), own.get(from).fate());
    }
    html.append("</div></details>\n");
  }

  private static String title(List<String> names) {
    String first = "<span class=\"name\">" + Html.text(names.getFirst()) + "</span>";
    return names.size() == 1
        ? first
        : first
            + String.format(
                Locale.ROOT,
                "<span class=\"muted\">and %d alike, to <span class=\"name\">%s</span></span>",
                names.size() - 1,
                Html.text(names.getLast()));
  }

  private void run(List<Integer> places, Fate fate) {
    boolean folded = places.size() >= LONG_RUN && (fate == Fate.UNCHANGED || fate == Fate.REMOVED);
    if (folded) {
      html.append(
          String.format(
              Locale.ROOT,
              "<details class=\"run %s\"><summary>%d %s</summary>",
              css(fate),
              places.size(),
              css(fate)));
    }
    places.forEach(this::chip);
    if (folded) {
      html.append("</details>");
    }
  }

  private void chip(int place) {
    GraphNode node = nodes.get(place);
    String operator = node.operator().replaceFirst("^com\\.microsoft\\.", "");
    html.append(
        String.format(
            Locale.ROOT,
            "<button type=\"button\" class=\"node %s\" data-node=\"%d\" title=\"%s\">%s</button>",
            css(node.fate()),
            place,
            Html.text(node.name() + "\n" + node.output() + "\n" + css(node.fate())),
            Html.text(operator)));
  }
}
