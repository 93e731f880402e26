package io.demitasse.onnx;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.port.Runtime.NodeTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The runtime's own record of a session: an array of events, one a line. It does not escape the
 * names it writes, so a line is taken apart by what stands around them.
 */
final class ProfileFile {
  private static final String KERNEL = "_kernel_time\"";

  private ProfileFile() {}

  static List<NodeTime> read(Path file) {
    Map<String, NodeTime> byNode = new LinkedHashMap<>();
    try (Stream<String> lines = Files.lines(file)) {
      lines.filter(line -> line.contains(KERNEL)).forEach(line -> add(line, byNode));
    } catch (IOException e) {
      throw DemitasseException.backendFailed(
          "Cannot read the profile " + file + ": " + Reason.of(e), e);
    }
    return List.copyOf(new ArrayList<>(byNode.values()));
  }

  private static void add(String line, Map<String, NodeTime> byNode) {
    int duration = behind(line, "dur", 0);
    int name = behind(line, "name", Math.max(0, duration));
    int end = line.lastIndexOf(KERNEL);
    if (duration < 0 || name < 0 || name + 1 > end) {
      return;
    }
    String arguments = line.substring(end);
    NodeTime time =
        new NodeTime(
            line.substring(name + 1, end),
            text(arguments, "op_name"),
            text(arguments, "provider"),
            number(line, duration),
            1);
    byNode.merge(time.node(), time, ProfileFile::sum);
  }

  /** Where the value of a key begins, or -1. */
  private static int behind(String line, String key, int from) {
    String quoted = '"' + key + '"';
    int found = line.indexOf(quoted, from);
    int colon = found < 0 ? -1 : line.indexOf(':', found + quoted.length());
    if (colon < 0) {
      return -1;
    }
    int place = colon + 1;
    while (place < line.length() && line.charAt(place) == ' ') {
      place++;
    }
    return place;
  }

  private static long number(String line, int from) {
    int end = from;
    while (end < line.length() && Character.isDigit(line.charAt(end))) {
      end++;
    }
    return end == from ? 0 : Long.parseLong(line, from, end, 10);
  }

  private static NodeTime sum(NodeTime a, NodeTime b) {
    return new NodeTime(
        a.node(),
        a.opType(),
        a.provider(),
        a.microseconds() + b.microseconds(),
        a.calls() + b.calls());
  }

  private static String text(String line, String key) {
    int open = behind(line, key, 0);
    int close = open < 0 ? -1 : line.indexOf('"', open + 1);
    return close < 0 ? "" : line.substring(open + 1, close);
  }
}
