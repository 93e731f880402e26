package io.demitasse.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The written forms of a report: JSON for programs, one page without outside references for people.
 */
public final class Reports {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final String PLACE = "\"REPORT\"";

  private Reports() {}

  public static String json(Report report) {
    try {
      return JSON.writeValueAsString(report);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report has only text, numbers and lists", e);
    }
  }

  /** The page, with the report inside it as data. */
  public static String html(Report report) {
    // Inside a script element "</script" would end the data early, and "<!--" with "<script" late.
    return template().replace(PLACE, json(report).replace("<", "\\u003c"));
  }

  private static String template() {
    try (InputStream page = Reports.class.getResourceAsStream("report.html")) {
      if (page == null) {
        throw new IllegalStateException("report.html is missing from the jar");
      }
      return new String(page.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("report.html cannot be read from the jar", e);
    }
  }
}
