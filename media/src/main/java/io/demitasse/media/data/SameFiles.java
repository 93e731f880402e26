package io.demitasse.media.data;

import io.demitasse.data.Sample;
import io.demitasse.media.data.FieldNames.Role;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Lines that name the same file, of which people said several things. */
public final class SameFiles {
  private SameFiles() {}

  /**
   * One sample a file, at the place of its first line, with the different texts of all its lines.
   * Other fields are those of the first line.
   */
  public static Dataset joined(Dataset samples) {
    Map<Path, List<Integer>> lines = new LinkedHashMap<>();
    List<List<Integer>> groups = new ArrayList<>();
    for (int i = 0; i < samples.size(); i++) {
      if (samples.get(i) instanceof Sample.File file) {
        List<Integer> group =
            lines.computeIfAbsent(
                file.path(),
                _ -> {
                  groups.add(new ArrayList<>());
                  return groups.getLast();
                });
        group.add(i);
      } else {
        groups.add(List.of(i));
      }
    }
    if (groups.size() == samples.size()) {
      return samples;
    }
    return new Dataset(
            samples.loaded(),
            groups.size(),
            i -> joined(samples, groups.get(i)),
            Dataset.few(groups.size(), "file"),
            i -> samples.declared(groups.get(i).getFirst()))
        .noting(
            String.format(Locale.ROOT, "%,d lines of %,d files", samples.size(), groups.size()));
  }

  private static Sample joined(Dataset samples, List<Integer> lines) {
    Sample first = samples.get(lines.getFirst());
    if (lines.size() == 1) {
      return first;
    }
    Set<String> texts = new LinkedHashSet<>();
    lines.forEach(i -> texts.addAll(samples.get(i).fields().texts(Role.TEXT.field())));
    return first.with(first.fields().with(Role.TEXT.field(), List.copyOf(texts)));
  }
}
