package io.demitasse.techniques;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tie;
import io.demitasse.manifest.Ties;
import io.demitasse.pass.Where;
import io.demitasse.search.Choice;
import io.demitasse.search.Knowledge;
import io.demitasse.search.Technique;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Stores once what the parts of one folder have in common. */
record Sharing() implements Technique {

  @Override
  public List<Choice> choicesOfSeveral(Bundle bundle, Knowledge known) {
    return bundle.parts().keySet().stream()
        .map(part -> known.files().neighbors(part))
        .distinct()
        .map(folder -> tied(bundle, folder))
        .filter(parts -> !parts.isEmpty())
        .map(
            parts -> Choice.of(parts, Passes.step("share-weights", Map.of(), Where.ofParts(parts))))
        .toList();
  }

  /** Those of some parts that have weights in common with others of them. */
  private static List<String> tied(Bundle bundle, List<String> parts) {
    Map<String, Model> models = new LinkedHashMap<>();
    parts.forEach(part -> models.put(part, bundle.part(part)));
    Set<String> tied = new HashSet<>();
    for (Tie.OfTensors tie : Ties.find(new Bundle(models))) {
      tie.tensors().forEach(place -> tied.add(place.part()));
    }
    return parts.stream().filter(tied::contains).toList();
  }
}
