package io.demitasse.media.data;

import io.demitasse.error.DemitasseException;
import java.util.ArrayList;
import java.util.List;

/**
 * A row of a table: values between separators, in quotes where they hold one of these, a quote,
 * which is doubled there, or an end of line (Shafranovich, "Common Format and MIME Type for
 * Comma-Separated Values (CSV) Files", RFC 4180, 2005).
 */
final class TableRow {
  private TableRow() {}

  /**
   * The values of a row.
   *
   * @throws DemitasseException (bad request) when quotes are not as they have to be
   */
  static List<String> cells(String row, TextLines.Form form) {
    List<String> cells = new ArrayList<>();
    int at = 0;
    while (at <= row.length()) {
      if (at < row.length() && row.charAt(at) == '"') {
        int end = closing(row, at + 1);
        cells.add(row.substring(at + 1, end).replace("\"\"", "\""));
        at = end + 1;
        if (at < row.length() && row.charAt(at) != form.separator()) {
          throw DemitasseException.badRequest("has text behind a value in quotes");
        }
      } else {
        int end = row.indexOf(form.separator(), at);
        end = end < 0 ? row.length() : end;
        cells.add(row.substring(at, end));
        at = end;
      }
      at++;
    }
    return cells;
  }

  /** The place of the quote that ends a value; one that is doubled stands for itself. */
  private static int closing(String row, int from) {
    for (int at = from; at < row.length(); at++) {
      if (row.charAt(at) == '"') {
        if (at + 1 == row.length() || row.charAt(at + 1) != '"') {
          return at;
        }
        at++;
      }
    }
    throw DemitasseException.badRequest("has a value in quotes that does not end");
  }
}
