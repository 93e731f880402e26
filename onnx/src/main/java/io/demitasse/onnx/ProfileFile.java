package io.demitasse.onnx;

import io.demitasse.error.DemitasseException;
import io.demitasse.port.Runtime.NodeTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The runtime's own record of a session: an array of events, one a line. It does not escape the
 * names it writes, so a line is taken apart by what stands around them.
 */
final class ProfileFile {
  private static final Pattern KERNEL =
      Pattern.compile(
          "\"dur\"\\s*:\\s*(\\d+).*\"name\"\\s*:\\s*\"(.*)_kernel_time\"\\s*,\\s*\"args\"\\s*:(.*)");
  private static final Pattern OPERATOR = Pattern.compile("\"op_name\"\\s*:\\s*\"([^\"]*)\"");
  private static final Pattern PROVIDER = Pattern.compile("\"provider\"\\s*:\\s*\"([^\"]*)\"");

  private ProfileFile() {}

  static List<NodeTime> read(Path file) {
    Map<String, NodeTime> byNode = new LinkedHashMap<>();
    try (Stream<String> lines = Files.lines(file)) {
      lines.map(KERNEL::matcher).filter(Matcher::find).forEach(event -> add(event, byNode));
    } catch (IOException e) {
      throw DemitasseException.backendFailed(
          "Cannot read the profile " + file + ": " + ProtobufFile.reason(e), e);
    }
    return List.copyOf(new ArrayList<>(byNode.values()));
  }

  private static void add(Matcher event, Map<String, NodeTime> byNode) {
    String arguments = event.group(3);
    NodeTime time =
        new NodeTime(
            event.group(2),
            first(OPERATOR, arguments),
            first(PROVIDER, arguments),
            Long.parseLong(event.group(1)),
            1);
    byNode.merge(time.node(), time, ProfileFile::sum);
  }

  private static NodeTime sum(NodeTime a, NodeTime b) {
    return new NodeTime(
        a.node(),
        a.opType(),
        a.provider(),
        a.microseconds() + b.microseconds(),
        a.calls() + b.calls());
  }

  private static String first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? matcher.group(1) : "";
  }
}
