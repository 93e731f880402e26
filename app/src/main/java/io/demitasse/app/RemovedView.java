package io.demitasse.app;

import io.demitasse.app.console.Figures;
import io.demitasse.app.console.Table;
import io.demitasse.ir.RemovedUnits.Kind;
import io.demitasse.report.RemovedGroup;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What was removed, a row for each part. */
final class RemovedView {
  private RemovedView() {}

  static Table table(List<RemovedGroup> removed) {
    Table table = new Table().left("").left("");
    grouped(removed, RemovedGroup::part)
        .forEach(
            (part, groups) ->
                table.row(
                    part,
                    grouped(groups, RemovedGroup::kind).values().stream()
                        .map(RemovedView::counted)
                        .collect(Collectors.joining(", "))));
    return table;
  }

  private static <K> Map<K, List<RemovedGroup>> grouped(
      List<RemovedGroup> groups, Function<RemovedGroup, K> key) {
    return groups.stream()
        .collect(Collectors.groupingBy(key, LinkedHashMap::new, Collectors.toList()));
  }

  /** {@code 3 of 12 heads in each of 6 layers}, or in sum where layers differ. */
  private static String counted(List<RemovedGroup> alike) {
    RemovedGroup first = alike.getFirst();
    int layers = alike.size();
    boolean each =
        alike.stream()
            .allMatch(
                group ->
                    group.units() == first.units()
                        && group.removed().size() == first.removed().size());
    long units = each ? first.units() : alike.stream().mapToLong(RemovedGroup::units).sum();
    long gone =
        each
            ? first.removed().size()
            : alike.stream().mapToLong(group -> group.removed().size()).sum();
    String text =
        Figures.count(gone)
            + " of "
            + Figures.count(units)
            + " "
            + first.kind().name().toLowerCase(Locale.ROOT)
            + (units == 1 ? "" : "s");
    if (first.kind() == Kind.BLOCK) {
      return text;
    }
    return text
        + (each && layers > 1 ? " in each of " : " in ")
        + layers
        + (layers == 1 ? " layer" : " layers");
  }
}
