package io.demitasse.report;

import io.demitasse.evaluate.Interval;
import io.demitasse.evaluate.ScoreComparison;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The page that shows several results side by side: a plot of size against loss, and a table. */
final class FrontPage {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 300;
  private static final int MARGIN = 64;

  private final FrontReport front;
  private final double mostSize;
  private final double mostLoss;

  private FrontPage(FrontReport front) {
    this.front = front;
    this.mostSize = Math.max(1, most(front.results().stream().map(this::size).toList()));
    this.mostLoss =
        Math.max(1e-4, most(front.results().stream().map(entry -> entry.loss().high()).toList()));
  }

  static String of(FrontReport front) {
    FrontPage page = new FrontPage(front);
    return Page.frame(
        "front.html",
        Map.of(
            "{{title}}", Html.text(front.title()),
            "{{limits}}", Html.text(front.limits()),
            "{{before}}", Headline.bytes(front.bytesBefore()),
            "{{plot}}", page.plot(),
            "{{table}}", page.table()));
  }

  private static double most(List<Double> numbers) {
    return numbers.stream().mapToDouble(Double::doubleValue).max().orElse(0);
  }

  private double size(FrontReport.Entry entry) {
    return (double) entry.bytes() / front.bytesBefore();
  }

  private double x(double size) {
    return MARGIN + size / mostSize * (WIDTH - 2 * MARGIN);
  }

  private double y(double loss) {
    return HEIGHT - MARGIN - Math.max(0, loss) / mostLoss * (HEIGHT - 2 * MARGIN);
  }

  private String plot() {
    StringBuilder svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Loss of each result by its"
                + " size\">",
            WIDTH,
            HEIGHT));
    axis(svg);
    front.results().forEach(entry -> point(svg, entry));
    return svg.append("</svg>").toString();
  }

  private void axis(StringBuilder svg) {
    String line = "<line class=\"axis\" x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\"/>";
    svg.append(
        String.format(Locale.ROOT, line, MARGIN, HEIGHT - MARGIN, WIDTH - MARGIN, HEIGHT - MARGIN));
    svg.append(String.format(Locale.ROOT, line, MARGIN, MARGIN, MARGIN, HEIGHT - MARGIN));
    for (int i = 0; i <= 4; i++) {
      double size = i * mostSize / 4;
      double loss = i * mostLoss / 4;
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.0f %%</text>",
              x(size),
              HEIGHT - MARGIN + 18,
              100 * size));
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
              MARGIN - 6,
              y(loss) + 4,
              loss == 0 ? "0" : String.format(Locale.ROOT, "%.2g", loss)));
    }
    svg.append(
        String.format(
            Locale.ROOT,
            "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">size, of the original</text>",
            WIDTH / 2,
            HEIGHT - 8));
    svg.append(
        String.format(
            Locale.ROOT, "<text x=\"%d\" y=\"%d\">loss, with its interval</text>", 8, MARGIN - 22));
  }

  /** The larger the dot, the longer it takes. */
  private void point(StringBuilder svg, FrontReport.Entry entry) {
    Interval loss = entry.loss();
    double x = x(size(entry));
    svg.append(
        String.format(
            Locale.ROOT,
            "<line class=\"range\" x1=\"%1$.1f\" y1=\"%2$.1f\" x2=\"%1$.1f\" y2=\"%3$.1f\"/>",
            x,
            y(loss.low()),
            y(loss.high())));
    svg.append(
        String.format(
            Locale.ROOT,
            "<a href=\"%s/report.html\"><circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"/>"
                + "<text x=\"%.1f\" y=\"%.1f\">%s</text></a>",
            entry.name(),
            x,
            y(loss.value()),
            3 + 6 * Math.min(2, entry.time()),
            x + 12,
            y(loss.value()) - 8,
            entry.name()));
  }

  private String table() {
    List<String> metrics = front.metrics();
    StringBuilder rows = new StringBuilder("<table><thead><tr><th>Result</th><th>Made by</th>");
    rows.append("<th>Size</th><th>of the original</th><th>Time</th>");
    metrics.forEach(
        metric ->
            rows.append(String.format(Locale.ROOT, "<th>Loss of %s</th>", Html.text(metric))));
    rows.append("<th>Budget</th></tr></thead><tbody>");
    for (FrontReport.Entry entry : front.results()) {
      rows.append(
          String.format(
              Locale.ROOT,
              "<tr><td><a href=\"%1$s/report.html\">%1$s</a></td><td class=\"name\">%2$s</td>"
                  + "<td>%3$s</td><td>%4$.1f %%</td><td>%5$.2f</td>",
              entry.name(),
              Html.text(entry.made()),
              Headline.bytes(entry.bytes()),
              100 * size(entry),
              entry.time()));
      metrics.forEach(
          metric -> rows.append(String.format(Locale.ROOT, "<td>%s</td>", loss(entry, metric))));
      rows.append(String.format(Locale.ROOT, "<td>%s</td></tr>", entry.met() ? "met" : "not met"));
    }
    return rows.append("</tbody></table>").toString();
  }

  private static String loss(FrontReport.Entry entry, String metric) {
    return entry.scores().stream()
        .filter(score -> score.metric().equals(metric))
        .map(ScoreComparison::degradation)
        .map(
            lost ->
                String.format(
                    Locale.ROOT, "%.2g (%.2g to %.2g)", lost.value(), lost.low(), lost.high()))
        .collect(Collectors.joining());
  }
}
