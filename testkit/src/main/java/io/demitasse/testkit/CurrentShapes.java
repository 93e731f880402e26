package io.demitasse.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Dim;
import io.demitasse.ir.Model;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.ShapeInference;
import io.demitasse.ops.TensorFacts;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Whether what was known of a model before it was changed, and after, is what is inferred anew. */
final class CurrentShapes {
  private final InferredShapes kept;
  private final InferredShapes anew;

  /** Sizes that vary, by what they are called where they are inferred anew, and back. */
  private final Map<Dim, Dim> names = new HashMap<>();

  private final Map<Dim, Dim> back = new HashMap<>();

  private CurrentShapes(InferredShapes kept, Model model) {
    this.kept = kept;
    this.anew = ShapeInference.proved(model);
  }

  /**
   * @param kept what the context of a pass tells, of which all was asked before the pass worked
   */
  static void check(InferredShapes kept, Model model) {
    CurrentShapes shapes = new CurrentShapes(kept, model);
    model.graph().forEachGraph(graph -> graph.values().forEach(shapes::check));
  }

  private void check(Value value) {
    TensorFacts before = kept.of(value).orElse(null);
    TensorFacts after = anew.of(value).orElse(null);
    assertThat(text(before)).as("what is known of '%s'", value.name()).isEqualTo(text(after));
    for (int i = 0; after != null && before != null && i < after.rank(); i++) {
      Dim name = before.shape().dim(i);
      Dim expected = after.shape().dim(i);
      assertThat(names.computeIfAbsent(expected, _ -> name))
          .as("what axis %d of '%s' is equal to", i, value.name())
          .isEqualTo(name);
      assertThat(back.computeIfAbsent(name, _ -> expected))
          .as("what axis %d of '%s' is equal to", i, value.name())
          .isEqualTo(expected);
    }
  }

  /** Type, numbers and known elements; what varies is compared apart, for it may be renamed. */
  private static String text(@Nullable TensorFacts facts) {
    return facts == null
        ? "nothing"
        : facts.dataType() + Arrays.toString(facts.sizes()) + Arrays.toString(facts.numbers());
  }
}
