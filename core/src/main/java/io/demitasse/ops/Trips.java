package io.demitasse.ops;

import io.demitasse.ir.Graph;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import org.jspecify.annotations.Nullable;

/** How often a run surely goes through the bodies of loops, whatever its inputs. */
public final class Trips {
  /** More take a runtime longer than anyone waits, however little each of them does. */
  public static final long MOST = 10_000_000;

  private Trips() {}

  /**
   * The most that any body of a graph is run, those of loops in loops multiplied; at least 1.
   *
   * <p>A loop that may end by its condition counts as one trip: exporters write the largest number
   * there is for "while".
   */
  public static long most(Graph graph) {
    long most = 1;
    for (Node node : graph.nodes()) {
      long own = Op.LOOP.is(node) ? certain(node) : 1;
      for (Graph inner : node.subgraphs()) {
        long inside = most(inner);
        most = Math.max(most, inside > Long.MAX_VALUE / own ? Long.MAX_VALUE : own * inside);
      }
    }
    return most;
  }

  private static long certain(Node loop) {
    Graph body = loop.subgraphs().getFirst();
    return loop.constantInput(0)
        .filter(trips -> trips.elementCount() == 1 && goesOn(body))
        .map(trips -> Math.max(1, trips.toLongs()[0]))
        .orElse(1L);
  }

  /** Whether the condition that a body gives is true, or the one that it was given. */
  private static boolean goesOn(Graph body) {
    if (body.outputs().isEmpty() || body.inputs().size() < 2) {
      return false;
    }
    @Nullable Value condition = body.outputs().getFirst();
    while (condition != null && condition.producer() != null) {
      Node producer = condition.producer();
      if (!Op.IDENTITY.is(producer)) {
        return condition.constant().filter(Trips::isTrue).isPresent();
      }
      condition = producer.input(0);
    }
    return condition != null
        && (condition.equals(body.inputs().get(1))
            || condition.constant().filter(Trips::isTrue).isPresent());
  }

  private static boolean isTrue(Tensor condition) {
    return condition.elementCount() == 1 && condition.toLongs()[0] != 0;
  }
}
