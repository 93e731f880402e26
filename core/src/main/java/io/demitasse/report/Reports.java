package io.demitasse.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The written forms of a report: JSON for programs, one page without outside references for people.
 */
public final class Reports {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  private Reports() {}

  public static String json(Report report) {
    try {
      return JSON.writeValueAsString(report);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report has only text, numbers and lists", e);
    }
  }

  /** The JSON of a report, which begins with the files that were written together with it. */
  public static String json(Report report, Inventory inventory) {
    ObjectNode tree = JSON.createObjectNode();
    tree.set(Inventory.KEY, JSON.valueToTree(inventory.files()));
    tree.setAll((ObjectNode) JSON.valueToTree(report));
    try {
      return JSON.writeValueAsString(tree);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report has only text, numbers and lists", e);
    }
  }

  /** The page, with the report inside it as data. */
  public static String html(Report report) {
    return Page.of(report, json(report));
  }
}
