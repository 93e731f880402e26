package io.demitasse.passes.tune;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.objective.Batch;
import io.demitasse.port.Runtime;
import io.demitasse.stored.KeptTensors;
import io.demitasse.train.Blocks;
import io.demitasse.train.Examples;
import io.demitasse.train.Stacking;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Where blocks of a changed model and of its original end alike.
 *
 * <p>Both narrow there to one value, of the same name and sizes. Some examples tell whether it is
 * also the same thing: not the same but for factors of its channels, which a pass may have moved
 * into the weights behind it, and with samples along its first axis, so that several make a batch.
 *
 * @param names of the values
 * @param stackable whether several examples can be computed at once
 */
record MatchingEnds(Set<String> names, boolean stackable) {
  /** So many examples tell. */
  private static final int TELLING = 8;

  MatchingEnds {
    names = Set.copyOf(names);
  }

  /**
   * Looks for them.
   *
   * @param examples that flow into both; the first of them tell
   */
  static MatchingEnds of(Runtime runtime, Model original, Model changed, Examples examples) {
    Set<String> both = new LinkedHashSet<>(Blocks.ends(changed));
    both.retainAll(Blocks.ends(original));
    List<Batch> first =
        IntStream.range(0, Math.min(TELLING, examples.size())).mapToObj(examples::get).toList();
    KeptTensors kept = new KeptTensors();
    List<Map<String, Tensor>> theirs = new ArrayList<>();
    first.forEach(_ -> theirs.add(new HashMap<>()));
    run(
        runtime,
        original,
        both,
        first,
        (example, name, value) -> theirs.get(example).put(name, kept.keep(value)));
    Map<String, End> ends = new HashMap<>();
    both.forEach(name -> ends.put(name, new End()));
    run(
        runtime,
        changed,
        both,
        first,
        (example, name, value) ->
            Objects.requireNonNull(ends.get(name)).add(value, theirs.get(example).get(name)));
    both.removeIf(name -> !Objects.requireNonNull(ends.get(name)).isSame());
    return new MatchingEnds(both, false).stackedAs(runtime, changed, first.getFirst(), ends);
  }

  /** What was seen of a value. */
  private static final class End {
    private final List<ChannelFactors> factors =
        List.of(new ChannelFactors(1), new ChannelFactors(-1));
    private long[] first = {};
    private boolean comparable = true;

    void add(Tensor value, @Nullable Tensor right) {
      if (right == null || !isLike(value, right)) {
        comparable = false;
        return;
      }
      first = first.length == 0 ? value.sizes() : first;
      factors.forEach(each -> each.add(value, right));
    }

    private static boolean isLike(Tensor value, Tensor right) {
      return value.rank() > 0
          && value.dataType() == right.dataType()
          && Arrays.equals(value.sizes(), right.sizes());
    }

    boolean isSame() {
      return comparable && first.length > 0 && factors.stream().noneMatch(ChannelFactors::areAll);
    }

    /** Whether a value is as large as the first, twice along the first axis. */
    boolean isDoubled(Tensor value) {
      long[] expected = first.clone();
      expected[0] *= 2;
      return Arrays.equals(expected, value.sizes());
    }
  }

  private MatchingEnds stackedAs(
      Runtime runtime, Model model, Batch example, Map<String, End> ends) {
    Set<String> doubled = new LinkedHashSet<>();
    Batch twice = Stacking.stacked(List.of(example, example)).getFirst();
    try {
      run(
          runtime,
          model,
          names,
          List.of(twice),
          (_, name, value) -> {
            if (Objects.requireNonNull(ends.get(name)).isDoubled(value)) {
              doubled.add(name);
            }
          });
    } catch (DemitasseException e) {
      // It takes one example at a time, and any value will do.
      return new MatchingEnds(names, false);
    }
    return new MatchingEnds(doubled, true);
  }

  /** Takes one value after the other. */
  private interface Reader {
    void take(int example, String name, Tensor value);
  }

  private static void run(
      Runtime runtime, Model model, Set<String> names, List<Batch> examples, Reader reader) {
    Model tapped = model.copy();
    Graph graph = tapped.graph();
    List<Value> ends =
        graph.values().stream()
            .filter(value -> names.contains(value.name()) && !value.isOutput())
            .toList();
    ends.forEach(graph::addOutput);
    Set<String> taken = graph.inputs().stream().map(Value::name).collect(Collectors.toSet());
    try (Runtime.Session session = runtime.open(tapped, Runtime.SessionOptions.of(1))) {
      for (int i = 0; i < examples.size(); i++) {
        int example = i;
        Map<String, Tensor> inputs = new HashMap<>(examples.get(i).inputs());
        inputs.keySet().retainAll(taken);
        session.run(
            inputs,
            (name, value) -> {
              if (names.contains(name)) {
                reader.take(example, name, value);
              }
            });
      }
    }
  }
}
