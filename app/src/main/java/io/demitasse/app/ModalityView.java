package io.demitasse.app;

import io.demitasse.app.console.Figures;
import io.demitasse.app.console.Table;
import io.demitasse.evaluate.Dependence;
import io.demitasse.manifest.Manifest.Modality;
import io.demitasse.report.ByModality;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What became of each modality, a row for each and for fusion. */
final class ModalityView {
  private ModalityView() {}

  static Table table(ByModality told) {
    Map<Modality, Dependence> dependence =
        told.dependence().stream().collect(Collectors.toMap(Dependence::modality, each -> each));
    Table table =
        new Table()
            .left("")
            .right("weights before")
            .right("after")
            .right("work before")
            .right("after")
            .right("loss without it")
            .right("after");
    for (ByModality.Share share : told.shares()) {
      Dependence loss =
          share.modalities().size() == 1
              ? dependence.get(share.modalities().iterator().next())
              : null;
      table.row(
          name(share.modalities()),
          Figures.bytes(share.bytesBefore()),
          Figures.bytes(share.bytesAfter()),
          Figures.percent(share.operationsBefore()),
          Figures.percent(share.operationsAfter()),
          loss == null ? "" : Figures.fine(loss.before().value()),
          loss == null ? "" : Figures.fine(loss.after().value()));
    }
    return table;
  }

  private static String name(Set<Modality> modalities) {
    String names = modalities.stream().map(Modality::key).collect(Collectors.joining(" + "));
    return switch (modalities.size()) {
      case 0 -> "neither";
      case 1 -> names;
      default -> "fusion of " + names;
    };
  }
}
