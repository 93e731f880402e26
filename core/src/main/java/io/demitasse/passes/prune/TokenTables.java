package io.demitasse.passes.prune;

import io.demitasse.data.Vocabulary;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Renumbering;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.pass.PassContext;
import io.demitasse.prune.KeptIndices;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** The tables that a model looks its tokens up in, and everything else that reads their ids. */
final class TokenTables {
  /** What exporters call the input of token ids. */
  static final String IDS = "input_ids";

  private static final Set<Op> CARRY =
      Set.of(Op.CAST, Op.IDENTITY, Op.RESHAPE, Op.SQUEEZE, Op.UNSQUEEZE, Op.EXPAND, Op.FLATTEN);

  private final Model model;
  private final List<Node> lookups = new ArrayList<>();
  private final List<Node> comparisons = new ArrayList<>();
  private @Nullable Node other;
  private @Nullable Value given;

  private TokenTables(Model model) {
    this.model = model;
  }

  static TokenTables of(Model model) {
    TokenTables tables = new TokenTables(model);
    model.graph().inputs().stream()
        .filter(input -> input.name().equals(IDS))
        .forEach(tables::follow);
    return tables;
  }

  /** What ids flow through has to be known to its end, for they will be others. */
  private void follow(Value ids) {
    Set<Value> seen = new LinkedHashSet<>(Set.of(ids));
    Deque<Value> open = new ArrayDeque<>(seen);
    while (!open.isEmpty()) {
      Value carried = open.remove();
      if (carried.isOutput()) {
        given = carried;
      }
      for (Value.Use use : carried.uses()) {
        if (use.index() == 0 && CARRY.stream().anyMatch(op -> op.is(use.node()))) {
          use.node().presentOutputs().stream().filter(seen::add).forEach(open::add);
        } else {
          take(use);
        }
      }
    }
  }

  private void take(Value.Use use) {
    Node node = use.node();
    boolean main = node.graph() == model.graph();
    if (main && use.index() == 1 && Op.GATHER.is(node) && isTable(node.input(0))) {
      lookups.add(node);
    } else if (Op.EQUAL.is(node)) {
      comparisons.add(node);
    } else if (!(Op.SHAPE.is(node) || Op.SIZE.is(node) || Op.ARG_MAX.is(node))) {
      // The largest id stays the largest, for ids keep their order.
      other = node;
    }
  }

  private static boolean isTable(@Nullable Value table) {
    return table != null
        && table.producer() == null
        && table.constant().filter(tensor -> tensor.rank() == 2).isPresent();
  }

  /** Why the tables cannot be cut; empty where they can. */
  Optional<String> problem(PassContext context) {
    if (lookups.isEmpty()) {
      return Optional.of(
          "no table of floats is looked up by an input '" + IDS + "' (integers come afterwards)");
    }
    if (given != null) {
      return Optional.of("the ids of tokens, which would be others, are output " + given);
    }
    if (other != null) {
      return Optional.of(
          other + " reads the ids of tokens, which would be others; only tables may");
    }
    Optional<Node> unselected =
        lookups.stream()
            .filter(
                node ->
                    node.intAttribute("axis", 0) != 0
                        || !context.selects(node)
                        || node.requiredInput(0).initializer() == null)
            .findFirst();
    return unselected
        .map(node -> node + " is not selected, or no lookup of rows")
        .or(this::otherReader)
        .or(() -> output(context));
  }

  private Optional<String> otherReader() {
    return lookups.stream()
        .flatMap(node -> node.requiredInput(0).uses().stream())
        .map(Value.Use::node)
        .filter(node -> !lookups.contains(node))
        .findFirst()
        .map(
            node ->
                "the table is read by "
                    + node
                    + " too: outputs over the vocabulary would lose entries, and scores compare"
                    + " them entry by entry");
  }

  /** Outputs over a vocabulary that is not tied to the table. */
  private Optional<String> output(PassContext context) {
    return model.graph().outputs().stream()
        .filter(output -> isOverVocabulary(context.shapes().shape(output).orElse(null)))
        .findFirst()
        .map(
            output ->
                "output '"
                    + output.name()
                    + "' has an entry for each of the vocabulary, and scores compare them entry by"
                    + " entry");
  }

  private boolean isOverVocabulary(@Nullable Shape shape) {
    return shape != null
        && shape.rank() > 0
        && shape.dim(-1) instanceof Dim.Fixed(long size)
        && size == rows();
  }

  /** Why a tokenizer is not that of the tables; empty where it is. */
  Optional<String> unfit(int vocabulary) {
    return lookups.stream()
        .map(node -> table(node).size(0))
        .filter(rows -> rows < vocabulary || rows != rows())
        .findFirst()
        .map(
            rows ->
                String.format(
                    Locale.ROOT,
                    "its tokenizer has ids to %,d, and a table has %,d rows",
                    vocabulary - 1,
                    rows));
  }

  /** A comparison with an id that would be another; empty where there is none. */
  Optional<String> movedComparison(BitSet kept) {
    return comparisons.stream()
        .filter(node -> !isUnmoved(node, kept))
        .findFirst()
        .map(node -> node + " compares ids of tokens with one that would be another");
  }

  private static boolean isUnmoved(Node comparison, BitSet kept) {
    return IntStream.range(0, 2)
        .mapToObj(comparison::constantInput)
        .flatMap(Optional::stream)
        .findFirst()
        .filter(
            ids ->
                LongStream.of(ids.toLongs()).allMatch(id -> id >= 0 && kept.nextClearBit(0) > id))
        .isPresent();
  }

  /** Rows of the tables. */
  long rows() {
    return table(lookups.getFirst()).size(0);
  }

  private static Tensor table(Node lookup) {
    return lookup.constantInput(0).orElseThrow();
  }

  void forEachLookup(Consumer<Node> reader) {
    lookups.forEach(reader);
  }

  /** Cuts the tables, in front of which ids are looked up until they are published. */
  Renumbering trimmed(BitSet kept, Vocabulary vocabulary) {
    Graph graph = model.graph();
    int[] rows = kept.stream().toArray();
    Value newIds =
        graph.addInitializer(graph.freeName("new_token_ids"), newIds(rows, vocabulary.unknown()));
    Set<Value> tables = new LinkedHashSet<>();
    for (Node lookup : lookups) {
      tables.add(lookup.requiredInput(0));
      Node renumber =
          graph
              .node("Gather")
              .name(graph.freeNodeName("new_token_ids"))
              .inputs(newIds, lookup.requiredInput(1))
              .insertBefore(lookup);
      lookup.input(1, renumber.output());
    }
    for (Value table : tables) {
      Tensor tensor = table.constant().orElseThrow();
      int[] all = IntStream.range(0, (int) tensor.size(1)).toArray();
      graph.setInitializer(table, KeptIndices.of(tensor, new int[][] {rows, all}));
    }
    return new Renumbering(
        newIds.name(),
        newIds.constant().orElseThrow().elementCount(),
        kept.stream().asLongStream().toArray(),
        vocabulary.only(kept));
  }

  /** For each id of before the one it has now; what went has that of the unknown token. */
  private Tensor newIds(int[] kept, long unknown) {
    int[] ids = new int[(int) rows()];
    int instead = Math.max(0, Arrays.binarySearch(kept, (int) unknown));
    Arrays.fill(ids, instead);
    for (int id = 0; id < kept.length; id++) {
      ids[kept[id]] = id;
    }
    return Tensor.ofInts(new long[] {ids.length}, ids);
  }
}
