package io.demitasse.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The page that shows a report: one file put together from a frame, a style and scripts. The page
 * names the hashes of its style and its script, so that browsers run nothing else, whatever a
 * report says.
 */
final class Page {
  /** In the order in which they stand on the page; a script may use those above it at once. */
  private static final List<String> SCRIPTS =
      List.of(
          "report-data.js",
          "report-elements.js",
          "report-plots.js",
          "report-accuracy.js",
          "report-groups.js",
          "report-result.js",
          "report-size.js",
          "report-latency.js",
          "report-pages.js",
          "report-tradeoff.js",
          "report-candidates.js",
          "report-removed.js",
          "report-modalities.js",
          "report-training.js",
          "report-errors.js",
          "report-layers.js",
          "report-graph.js",
          "report-samples.js",
          "report-setting.js");

  private Page() {}

  /**
   * The page around a report.
   *
   * @param json the same report, which may hold anything
   */
  static String of(Report report, String json) {
    // Inside a script element "</script" would end the data early, and "<!--" with "<script" late.
    String data = Html.visible(json.replace("<", "\\u003c"));
    return frame(
        "report.html",
        Map.of(
            "{{title}}", Html.text(Headline.of(report)),
            "{{summary}}", Html.text(Headline.summary(report)),
            "{{graphs}}", GraphPanel.of(report.parts()),
            "\"{{report}}\"", data));
  }

  /**
   * A frame with its style, and the script where it has a place for it.
   *
   * @param contents what fills the other places: HTML
   */
  static String frame(String name, Map<String, String> contents) {
    String style = "\n" + resource("report.css");
    String script = "\n" + SCRIPTS.stream().map(Page::resource).collect(Collectors.joining("\n"));
    // What comes from the model comes last: nothing in it is taken for a place to be filled.
    String frame =
        resource(name)
            .replace("{{style hash}}", hash(style))
            .replace("{{script hash}}", hash(script))
            .replace("{{style}}", style)
            .replace("{{script}}", script);
    return filled(frame, contents);
  }

  /** Fills all places at once, so that what fills one is never taken for another. */
  private static String filled(String frame, Map<String, String> contents) {
    Pattern places =
        Pattern.compile(
            contents.keySet().stream().map(Pattern::quote).collect(Collectors.joining("|")));
    return places
        .matcher(frame)
        .replaceAll(place -> Matcher.quoteReplacement(contents.getOrDefault(place.group(), "")));
  }

  /** The hash by which a content security policy names what stands in an element. */
  private static String hash(String content) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
      return "sha256-" + Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  private static String resource(String name) {
    try (InputStream resource = Page.class.getResourceAsStream(name)) {
      if (resource == null) {
        throw new IllegalStateException(name + " is missing from the jar");
      }
      // Browsers take every end of a line for "\n" before they hash.
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
    } catch (IOException e) {
      throw new IllegalStateException(name + " cannot be read from the jar", e);
    }
  }
}
