package io.demitasse.passes.prune;

import io.demitasse.calibrate.Gram;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.ValueType;
import io.demitasse.ops.ZeroWeights;
import io.demitasse.pass.PassContext;
import io.demitasse.port.LinearAlgebra;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Finds out which weights become zero and what the others become, and applies it. */
final class WeightPruning {
  private final PruneWeights pass;
  private final Model model;
  private final List<PrunedLayer> layers;
  private final PassContext context;

  WeightPruning(PruneWeights pass, Model model, List<PrunedLayer> layers, PassContext context) {
    this.pass = pass;
    this.model = model;
    this.layers = List.copyOf(layers);
    this.context = context;
  }

  private static String weight(int layer) {
    return "weight-" + layer;
  }

  private static String places(int layer) {
    return "places-" + layer;
  }

  /** What is found: weights, and at how many places of the data it was seen what a layer reads. */
  Map<String, ValueType.OfTensor> types() {
    Map<String, ValueType.OfTensor> types = new LinkedHashMap<>();
    for (int i = 0; i < layers.size(); i++) {
      types.put(weight(i), layers.get(i).tensor().type());
      types.put(places(i), new ValueType.OfTensor(DataType.INT64, null));
    }
    return types;
  }

  Map<String, Tensor> run() {
    double[] shares = shares();
    Map<String, Tensor> found = new LinkedHashMap<>();
    if (pass.importance() != WeightImportance.OUTPUT_ERROR) {
      find(found, shares, null);
      return found;
    }
    try (LinearAlgebra.Session algebra = context.port(LinearAlgebra.class).open(1)) {
      find(found, shares, algebra);
      return found;
    }
  }

  private void find(
      Map<String, Tensor> found, double[] shares, LinearAlgebra.@Nullable Session algebra) {
    for (int i = 0; i < layers.size(); i++) {
      PrunedLayer layer = layers.get(i);
      context.progress(i, layers.size());
      Gram gram = seen(layer);
      double[][] weights = layer.matrix();
      if (shares[i] > 0 && algebra != null && gram != null) {
        eliminate(layer, weights, shares[i], gram, algebra);
      } else if (shares[i] > 0) {
        choose(weights, shares[i], gram);
      }
      found.put(weight(i), layer.tensor(weights));
      found.put(places(i), Tensor.scalar(gram == null ? 0 : gram.rows()));
    }
  }

  private @Nullable Gram seen(PrunedLayer layer) {
    return pass.importance().needsData() ? layer.seen(context).orElse(null) : null;
  }

  /** The share of zeros of each layer. */
  private double[] shares() {
    double[] shares = new double[layers.size()];
    Arrays.fill(shares, pass.share());
    if (pass.allocation() == ZeroAllocation.Kind.UNIFORM
        || !(pass.zeros() instanceof ZeroPattern.Blocks blocks)) {
      return shares;
    }
    ZeroAllocation allocation = new ZeroAllocation(pass.ratio());
    double[] matter = new double[layers.size()];
    Arrays.fill(matter, 1);
    if (pass.allocation() == ZeroAllocation.Kind.SENSITIVITY) {
      matter = new LayerSensitivity(model, context).of(layers);
    }
    for (int i = 0; i < matter.length; i++) {
      double[][] scores = WeightScores.of(layers.get(i).matrix(), seen(layers.get(i)));
      allocation.add(matter[i], WeightScores.shares(scores, blocks));
    }
    return allocation.shares();
  }

  private void eliminate(
      PrunedLayer layer,
      double[][] weights,
      double share,
      Gram gram,
      LinearAlgebra.Session algebra) {
    String name = "the Gram matrix of '" + layer.node().requiredInput(0).name() + "'";
    double[][] upper = new InverseFactor(gram, name, algebra).upper(pass.damping());
    new WeightElimination(weights, upper, pass.zeros(), share)
        .run((done, total) -> context.progress(done, total));
  }

  /** Sets weights to zero that matter least by themselves; the others stay. */
  private void choose(double[][] weights, double share, @Nullable Gram gram) {
    double[][] scores = WeightScores.of(weights, gram);
    int columns = weights[0].length;
    boolean[][] chosen = new boolean[weights.length][columns];
    switch (pass.zeros()) {
      case ZeroPattern.Groups groups -> {
        for (int row = 0; row < chosen.length; row++) {
          for (int from = 0; from < columns; from += groups.of()) {
            ZeroChoice.mark(scores[row], chosen[row], from, groups);
          }
        }
      }
      case ZeroPattern.Blocks blocks -> {
        // what data tell is compared among those that one output sums up
        int height = gram == null ? weights.length : blocks.rows();
        long across = columns / blocks.columns();
        for (int row = 0; row < weights.length; row += height) {
          int wholeBefore = row / blocks.rows();
          int wholeBehind = (row + height) / blocks.rows();
          long before = Math.round(share * across * wholeBefore);
          long behind = Math.round(share * across * wholeBehind);
          ZeroChoice.Part part = new ZeroChoice.Part(row, row + height, 0, columns);
          ZeroChoice.mark(scores, chosen, part, blocks, (int) (behind - before));
        }
      }
    }
    for (int row = 0; row < weights.length; row++) {
      for (int column = 0; column < columns; column++) {
        weights[row][column] = chosen[row][column] ? 0 : weights[row][column];
      }
    }
  }

  /** Gives the layers the weights that were found. */
  void apply(Map<String, Tensor> found) {
    for (int i = 0; i < layers.size(); i++) {
      PrunedLayer layer = layers.get(i);
      Tensor content = Objects.requireNonNull(found.get(weight(i)));
      if (content.contentEquals(layer.tensor())) {
        context.skipped(layer.node(), "none of its weights matters as little as those of others");
        continue;
      }
      long places = Objects.requireNonNull(found.get(places(i))).toLongs()[0];
      layer.store(content);
      context.changed(layer.node(), zeros(content) + how(layer, places));
    }
  }

  private static String zeros(Tensor content) {
    return String.format(
        Locale.ROOT,
        "%.0f %% of its %,d weights are zero",
        100. * ZeroWeights.zeros(content) / content.elementCount(),
        content.elementCount());
  }

  private String how(PrunedLayer layer, long places) {
    if (!pass.importance().needsData()) {
      return "";
    }
    if (places == 0) {
      return ", by their magnitude alone: "
          + layer.unseen(context).orElse("nothing finite was seen of what it reads");
    }
    return places < layer.columns()
        ? String.format(
            Locale.ROOT,
            "; its %,d inputs were seen at %,d places alone, so its Gram matrix has no inverse"
                + " without what is added to its diagonal",
            layer.columns(),
            places)
        : "";
  }

  /** The triangle that {@link WeightElimination} works with. */
  private record InverseFactor(Gram gram, String name, LinearAlgebra.Session algebra) {
    /** Times so much more is added where it was too little for an inverse. */
    private static final double MORE = 10;

    double[][] upper(double damping) {
      for (double added = damping; ; added *= MORE) {
        try {
          return factor(added);
        } catch (DemitasseException e) {
          if (added > 1 || e.kind() != DemitasseException.Kind.BAD_REQUEST) {
            throw e;
          }
        }
      }
    }

    private double[][] factor(double added) {
      int n = gram.channels();
      Tensor inverse = algebra.inverse(new LinearAlgebra.Matrix(name, gram.dampedMatrix(added)));
      double[] lower =
          algebra.cholesky(new LinearAlgebra.Matrix("the inverse of " + name, inverse)).toDoubles();
      double[][] upper = new double[n][n];
      for (int row = 0; row < n; row++) {
        for (int column = row; column < n; column++) {
          upper[row][column] = lower[column * n + row];
        }
      }
      return upper;
    }
  }
}
