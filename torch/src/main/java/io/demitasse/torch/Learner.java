package io.demitasse.torch;

import io.demitasse.ir.DataType;
import io.demitasse.objective.Match;
import io.demitasse.objective.Term;
import io.demitasse.ops.Op;
import io.demitasse.ops.Parameters;
import io.demitasse.port.Trainer;
import io.demitasse.torch.graph.TorchGraph;
import io.demitasse.torch.kernel.Call;
import io.demitasse.torch.kernel.Tensors;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * One model that is trained, with the copies of its weights that are kept beside the present ones.
 */
final class Learner implements AutoCloseable {
  private final Trainer.Student student;
  private final TorchGraph graph;
  private final Map<String, Weight> weights = new TreeMap<>();
  private final Map<String, Tensor> projections = new LinkedHashMap<>();

  /** What was saved of projections that are not made yet: their sizes come with the first batch. */
  private final Map<String, Map<String, io.demitasse.ir.Tensor>> awaited = new LinkedHashMap<>();

  /**
   * A model that has learned nothing yet.
   *
   * @param wanted names of its values that are asked for
   * @param memory bytes that what gradients need may take
   */
  Learner(
      Trainer.Student student,
      Set<String> wanted,
      Call.Setting setting,
      Trainer.Settings settings,
      long memory) {
    this.student = student;
    this.graph = new TorchGraph(student.model(), student.parameters(), wanted, setting, memory);
    Map<String, io.demitasse.ir.Value> values = Parameters.of(student.model());
    graph
        .parameters()
        .forEach(
            (key, tensor) -> {
              io.demitasse.ir.Value value = Objects.requireNonNull(values.get(key));
              Weight weight =
                  new Weight(tensor, groupAxis(value), Motion.of(value), settings.optimizer());
              weights.put(key, weight);
              if (settings.keepsZeros() && isPrunable(value)) {
                weight.keepZeros();
              }
            });
  }

  /** Whether zeros of a weight are zero and were not only rounded to it: few bits round many. */
  private static boolean isPrunable(io.demitasse.ir.Value value) {
    DataType type = value.constant().orElseThrow().dataType();
    return (type.isFloatingPoint() && !Parameters.isScale(value)) || type == DataType.INT8;
  }

  /**
   * The axis along which the output channels of a weight lie; -1 where it is no matrix, or one of
   * integers, whose channels do not end at 0.
   */
  private static int groupAxis(io.demitasse.ir.Value value) {
    if (!value.constant().orElseThrow().dataType().isFloatingPoint()) {
      return -1;
    }
    return value.uses().stream()
        .flatMap(
            use ->
                Op.of(use.node())
                    .filter(op -> op.weightInputs().contains(use.index()))
                    .map(op -> op.channelAxis(use.node(), use.index()))
                    .stream())
        .filter(java.util.OptionalInt::isPresent)
        .findFirst()
        .map(axis -> Tensors.axis(axis.getAsInt(), value.constant().orElseThrow().rank()))
        .orElse(-1);
  }

  String name() {
    return student.name();
  }

  List<Term> terms() {
    return student.objective().terms();
  }

  TorchGraph graph() {
    return graph;
  }

  Map<String, Weight> weights() {
    return weights;
  }

  /** The values of a model that objectives look at: its own, and those of who learns from it. */
  static Set<String> wanted(String model, List<Trainer.Student> students) {
    Set<String> names = new LinkedHashSet<>();
    for (Trainer.Student student : students) {
      for (Term term : student.objective().terms()) {
        if (student.name().equals(model)) {
          names.addAll(TermLosses.ofStudent(term));
        }
        if (term instanceof Term.Taught taught && taught.teacher().equals(model)) {
          names.addAll(TermLosses.ofTeacher(taught));
        }
      }
    }
    return names;
  }

  /** A value as wide as another, by a matrix that is learned with the model. */
  Tensor projected(Match match, Tensor value, long width) {
    long own = value.size(value.dim() - 1);
    Tensor matrix =
        projections.computeIfAbsent(
            "projection of " + match.student() + " to " + match.teacher(),
            key -> projection(key, own, width, value));
    return torch.matmul(value, matrix);
  }

  private Tensor projection(String key, long own, long width, Tensor like) {
    Tensor made =
        torch
            .randn(new long[] {own, width}, Tensors.options(Tensors.type(like)))
            .div(new org.bytedeco.pytorch.Scalar(Math.sqrt((double) own)))
            .requires_grad_(true);
    made.retainReference();
    Weight weight =
        new Weight(
            made,
            -1,
            new Motion.Free(DataType.FLOAT),
            new Trainer.Optimizer.AdamW(.9, .999, 1e-8, 0));
    weights.put(key, weight);
    if (awaited.containsKey(key)) {
      try (org.bytedeco.pytorch.AutoGradMode _ = new org.bytedeco.pytorch.AutoGradMode(false)) {
        weight.restore(awaited.remove(key));
      }
    }
    return made;
  }

  /**
   * Takes back what was saved of it.
   *
   * @param all by the name of the model, the weight and what is remembered of it
   * @param separator between these
   */
  void restore(Map<String, io.demitasse.ir.Tensor> all, char separator) {
    Map<String, Map<String, io.demitasse.ir.Tensor>> saved = new LinkedHashMap<>();
    String prefix = name() + separator;
    all.forEach(
        (name, tensor) -> {
          if (name.startsWith(prefix)) {
            int end = name.lastIndexOf(separator);
            saved
                .computeIfAbsent(name.substring(prefix.length(), end), _ -> new LinkedHashMap<>())
                .put(name.substring(end + 1), tensor);
          }
        });
    saved.forEach(
        (key, states) -> {
          Weight weight = weights.get(key);
          if (weight != null) {
            weight.restore(states);
          } else {
            awaited.put(key, states);
          }
        });
  }

  /** The weights of the model alone, without projections. */
  Map<String, Weight> trained() {
    Map<String, Weight> own = new LinkedHashMap<>(weights);
    own.keySet().retainAll(student.parameters());
    return own;
  }

  /** The sum of the weights of a term over all that is to become sparse, for one kind of groups. */
  double sparsity(boolean groups) {
    return terms().stream()
        .filter(term -> term instanceof Term.Sparsity sparsity && sparsity.groups() == groups)
        .mapToDouble(Term::weight)
        .sum();
  }

  /** What is to become sparse: absolute values, or lengths of groups, of all matrices. */
  double size(boolean groups) {
    List<Double> sizes = new ArrayList<>();
    trained().values().forEach(weight -> sizes.add(weight.size(groups)));
    return sizes.stream().mapToDouble(Double::doubleValue).sum();
  }

  @Override
  public void close() {
    weights.values().forEach(Weight::close);
    projections.values().forEach(Pointer::close);
    graph.close();
  }
}
