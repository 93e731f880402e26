package io.demitasse.run;

import io.demitasse.evaluate.TimingComparison;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one bundle takes against another.
 *
 * @param whole times of the program end to end; empty where a part that it runs is missing
 * @param parts times by part, of those that both have
 * @param notes sentences on what was not timed, and how far the times can be trusted
 */
public record BundleTimes(
    List<TimingComparison> whole, Map<String, List<TimingComparison>> parts, List<String> notes) {
  public BundleTimes {
    whole = List.copyOf(whole);
    parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
    notes = List.copyOf(notes);
  }
}
