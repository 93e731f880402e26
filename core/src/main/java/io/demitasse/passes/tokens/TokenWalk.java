package io.demitasse.passes.tokens;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Value;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.Op;
import io.demitasse.ops.axes.Axis;
import io.demitasse.ops.axes.AxisMap;
import io.demitasse.ops.axes.AxisMaps;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Follows the tokens of a stream through the graph, from the first place where their number changes
 * to where none are left, such as a class token or a mean. Each node on the way has to do the same
 * for every token, whichever and however many there are; what else it reads may tell no tokens
 * apart.
 */
final class TokenWalk {

  /**
   * Which axes of a value are tokens.
   *
   * @param cut how many cuts they have come through, from 1
   * @param dropped how many of the first ones are not among them
   */
  record State(int cut, Set<Integer> axes, int dropped) {
    State {
      axes = Set.copyOf(axes);
    }

    private State with(Set<Integer> otherAxes) {
      return new State(cut, otherAxes, dropped);
    }
  }

  /** Why the number of tokens cannot change. */
  record Problem(Node node, String reason) {}

  /** A mean over all tokens, and what it reads. */
  record Mean(Node node, State state) {}

  /** A Reshape that gives tokens; the shape is that of before. */
  record View(Node node, State state, Shape shape) {}

  private final InferredShapes shapes;
  private final int kept;
  private final List<Value> cuts;
  private final @Nullable Value end;

  private final Map<Value, State> states = new LinkedHashMap<>();
  private final List<Value> reached = new ArrayList<>();
  private final List<Value> sums = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();
  private final List<View> views = new ArrayList<>();
  private final List<Mean> means = new ArrayList<>();

  private TokenWalk(InferredShapes shapes, int kept, List<Value> cuts, @Nullable Value end) {
    this.shapes = shapes;
    this.kept = kept;
    this.cuts = List.copyOf(cuts);
    this.end = end;
  }

  /**
   * Follows tokens from the first of some cuts.
   *
   * @param kept how many of the first tokens stay what they are
   * @param cuts values {@code [batch, tokens, width]}, in order, behind which there are fewer
   * @param end behind which there are as many as before; null where there is no such value
   */
  static TokenWalk of(
      Graph graph, InferredShapes shapes, int kept, List<Value> cuts, @Nullable Value end) {
    TokenWalk walk = new TokenWalk(shapes, kept, cuts, end);
    graph.nodes().forEach(walk::visit);
    return walk;
  }

  /** The cuts that the tokens come through, in order. */
  List<Value> reached() {
    return List.copyOf(reached);
  }

  /** The last sum of the stream, of the shape of the cuts. */
  Optional<Value> last() {
    return sums.isEmpty() ? Optional.empty() : Optional.of(sums.getLast());
  }

  List<Problem> problems() {
    return List.copyOf(problems);
  }

  /** What the tokens of a value have come through; null where it has none. */
  @Nullable State state(Value value) {
    return states.get(value);
  }

  /** All values that have tokens behind the first cut; a cut counts as behind itself. */
  Set<Value> values() {
    return Set.copyOf(states.keySet());
  }

  /** The nodes that see tokens under other sizes; the state is of what they give. */
  List<View> views() {
    return List.copyOf(views);
  }

  /** The means over all tokens; the state is of what they read. */
  List<Mean> means() {
    return List.copyOf(means);
  }

  private void visit(Node node) {
    Map<Integer, State> read = new LinkedHashMap<>();
    for (int i = 0; i < node.inputs().size(); i++) {
      State state = node.input(i) == null ? null : states.get(node.input(i));
      if (state != null) {
        read.put(i, state);
      }
    }
    if (!read.isEmpty() && !Op.SHAPE.is(node)) {
      follow(node, read);
    }
    node.presentOutputs().forEach(output -> cut(node, output));
  }

  private void cut(Node node, Value value) {
    if (cuts.contains(value)) {
      State state = states.get(value);
      boolean goesOn = new State(reached.size(), Set.of(1), 0).equals(state);
      if (state != null ? goesOn : reached.isEmpty()) {
        reached.add(value);
        State behind = new State(reached.size(), Set.of(1), 0);
        mark(node, value, behind);
        if (SkipSum.is(value)) {
          mark(node, node.output(), behind);
        }
        return;
      }
    }
    if (value == end) {
      states.remove(value);
      if (SkipSum.is(value)) {
        states.remove(node.output());
      }
    }
  }

  private void follow(Node node, Map<Integer, State> read) {
    if (read.values().stream().map(it -> List.of(it.cut(), it.dropped())).distinct().count() > 1) {
      refuse(node, "tokens from before and behind a place where they get fewer meet");
      return;
    }
    State first = read.get(0);
    if (first != null && new TokenReaders(node, first, shapes).readsFirst()) {
      apart(new TokenReaders(node, first, shapes), node, first);
    } else if (Op.CONTRIB_ATTENTION.is(node) || Op.CONTRIB_MULTI_HEAD_ATTENTION.is(node)) {
      attend(node, read);
    } else {
      carry(node, read);
    }
  }

  /** Slices, picks and reductions along the axis of tokens. */
  private void apart(TokenReaders reader, Node node, State state) {
    switch (reader.read(kept)) {
      case TokenReaders.Nothing _ -> {}
      case TokenReaders.Mean _ -> means.add(new Mean(node, state));
      case TokenReaders.Rest rest ->
          mark(
              node,
              node.output(),
              new State(state.cut(), state.axes(), state.dropped() + rest.dropped()));
      case TokenReaders.Refused refused -> refuse(node, refused.reason());
    }
  }

  private void attend(Node node, Map<Integer, State> read) {
    int ofTokens = Op.CONTRIB_ATTENTION.is(node) ? 1 : 3;
    int learned = ofTokens == 1 ? 2 : 3;
    for (int i = 0; i < node.inputs().size(); i++) {
      State state = read.get(i);
      boolean fits =
          i < ofTokens
              ? state != null && state.axes().equals(Set.of(1))
              : i <= learned && node.constantInput(i).isPresent();
      if (node.input(i) != null && !fits) {
        refuse(node, "'" + node.requiredInput(i).name() + "' may tell tokens apart");
        return;
      }
    }
    mark(node, node.output(), read.values().iterator().next().with(Set.of(1)));
  }

  private void carry(Node node, Map<Integer, State> read) {
    AxisMaps maps = AxisMaps.of(node, shapes);
    Map<Integer, Set<Integer>> given = new LinkedHashMap<>();
    Set<String> reasons = new LinkedHashSet<>();
    read.forEach(
        (input, state) ->
            state
                .axes()
                .forEach(axis -> reasons.addAll(given(node, maps, input, axis, read, given))));
    given.forEach(
        (output, axes) ->
            axes.forEach(axis -> reasons.addAll(others(node, maps, output, axis, read))));
    if (Op.EXPAND.is(node)) {
      reasons.add("it repeats to a size that it is told");
    }
    if (!reasons.isEmpty()) {
      refuse(node, reasons.iterator().next());
      return;
    }
    State before = read.values().iterator().next();
    given.forEach(
        (output, axes) -> {
          Value value = node.output(output);
          if (value != null) {
            mark(node, value, before.with(axes));
            noteSum(node, value, read);
          }
        });
    if (Op.RESHAPE.is(node) && given.containsKey(0)) {
      State state = before.with(given.getOrDefault(0, Set.of()));
      views.add(new View(node, state, shapes.shape(node.output()).orElseThrow()));
    }
  }

  /** Notes to which axes of outputs tokens go; gives why they may not. */
  private static Set<String> given(
      Node node,
      AxisMaps maps,
      int input,
      int axis,
      Map<Integer, State> read,
      Map<Integer, Set<Integer>> given) {
    List<AxisMap> found = maps.at(Axis.ofInput(input, axis));
    if (found.isEmpty()) {
      return Set.of(maps.reason().orElse("what it makes of tokens is not known"));
    }
    Set<String> reasons = new LinkedHashSet<>();
    for (AxisMap map : found) {
      Axis other = map.source();
      boolean normalizes = map.kind() == AxisMap.Kind.MIXED && !Op.SOFTMAX.is(node);
      if (normalizes || map.kind() == AxisMap.Kind.GROUPED) {
        reasons.add("it puts tokens in relation to each other");
      } else if (!map.map().isSame()) {
        reasons.add("it rearranges tokens");
      } else if (other.isOutput()) {
        given.computeIfAbsent(other.position(), _ -> new TreeSet<>()).add(other.axis());
      } else if (!holds(read, other)) {
        reasons.add("'" + node.requiredInput(other.position()).name() + "' tells tokens apart");
      }
    }
    return reasons;
  }

  /** Why what else a node reads does not fit fewer tokens. */
  private static Set<String> others(
      Node node, AxisMaps maps, int output, int axis, Map<Integer, State> read) {
    Set<String> reasons = new LinkedHashSet<>();
    for (AxisMap map : maps.at(Axis.ofOutput(output, axis))) {
      if (!holds(read, map.source())) {
        reasons.add(
            "'" + node.requiredInput(map.source().position()).name() + "' tells tokens apart");
      }
    }
    return reasons;
  }

  private static boolean holds(Map<Integer, State> read, Axis axis) {
    State state = read.get(axis.position());
    return state != null && state.axes().contains(axis.axis());
  }

  private void noteSum(Node node, Value value, Map<Integer, State> read) {
    boolean isSum = Op.ADD.is(node) || SkipSum.is(value);
    boolean isStream =
        isSum
            && read.size() == 2
            && read.values().stream().allMatch(it -> it.axes().equals(Set.of(1)))
            && shapes.shape(value).equals(shapes.shape(reached.getFirst()));
    if (isStream) {
      sums.add(value);
    }
  }

  private void mark(Node node, Value value, State state) {
    states.put(value, state);
    if (value != end && value.isOutput()) {
      refuse(node, "output '" + value.name() + "' tells something of each token");
    }
    if (value.uses().stream().anyMatch(use -> use.node().graph() != node.graph())) {
      refuse(node, "a nested graph reads '" + value.name() + "'");
    }
  }

  private void refuse(Node node, String reason) {
    problems.add(new Problem(node, reason));
  }
}
