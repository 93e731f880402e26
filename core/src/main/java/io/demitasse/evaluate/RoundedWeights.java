package io.demitasse.evaluate;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.Computation;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Rounds the weights of a model otherwise: of about half of them, chosen by chance, the last bit of
 * the significand is flipped.
 *
 * <p>What a model gives then is as good as what it gave before, since its weights are rounded
 * numbers themselves. A rewrite that computes weights anew does no more than this, so it is the
 * measure of what such a rewrite may do to outputs (backward error analysis: Wilkinson, Rounding
 * Errors in Algebraic Processes, 1963).
 *
 * <p>Vectors and scalars stay, since they may be sizes, factors of sizes or limits.
 */
final class RoundedWeights {
  private RoundedWeights() {}

  /** Changes a model; its weights are computed when it is written. */
  static void in(Model model, long seed) {
    SplittableRandom seeds = new SplittableRandom(seed);
    model.graph().forEachGraph(graph -> in(graph, seeds));
  }

  private static void in(Graph graph, SplittableRandom seeds) {
    for (Value value : List.copyOf(graph.initializers())) {
      Tensor tensor = value.initializer();
      if (tensor != null && isWeight(tensor)) {
        graph.setInitializer(value, rounded(tensor, seeds.nextLong()));
      }
    }
    for (Node node : graph.nodes()) {
      if (node.is("Constant")
          && node.attribute("value") instanceof Attribute.OfTensor(Tensor tensor)
          && isWeight(tensor)) {
        node.attribute("value", new Attribute.OfTensor(rounded(tensor, seeds.nextLong())));
      }
    }
  }

  private static boolean isWeight(Tensor tensor) {
    return tensor.rank() > 1 && exponent(tensor.dataType()) != 0;
  }

  private static Tensor rounded(Tensor weight, long seed) {
    Computation.Result result = Computation.Result.of(weight.dataType(), weight.sizes());
    return Tensor.deferred(
            new Computation() {
              @Override
              public List<Result> results() {
                return List.of(result);
              }

              @Override
              public void compute(List<MemorySegment> destinations) {
                round(weight, new SplittableRandom(seed), destinations.getFirst());
              }
            })
        .getFirst();
  }

  private static void round(Tensor weight, SplittableRandom random, MemorySegment destination) {
    MemorySegment bytes = weight.bytes();
    destination.copyFrom(bytes);
    int width = Math.toIntExact(weight.dataType().bytes(1));
    long exponent = exponent(weight.dataType());
    for (long at = 0; at < bytes.byteSize(); at += width) {
      long bits = bits(bytes, at, width);
      boolean finite = (bits & exponent) != exponent;
      boolean normal = (bits & exponent) != 0;
      if (finite && normal && random.nextBoolean()) {
        byte last = bytes.get(ValueLayout.JAVA_BYTE, at);
        destination.set(ValueLayout.JAVA_BYTE, at, (byte) (last ^ 1));
      }
    }
  }

  private static long bits(MemorySegment bytes, long at, int width) {
    return switch (width) {
      case Short.BYTES -> bytes.get(Tensor.I16, at);
      case Integer.BYTES -> bytes.get(Tensor.I32, at);
      default -> bytes.get(Tensor.I64, at);
    };
  }

  /** The bits of an exponent, all of which are set where there is no number; 0 for other types. */
  private static long exponent(DataType type) {
    return switch (type) {
      case FLOAT -> 0x7f80_0000L;
      case DOUBLE -> 0x7ff0_0000_0000_0000L;
      case FLOAT16 -> 0x7c00L;
      case BFLOAT16 -> 0x7f80L;
      default -> 0;
    };
  }
}
