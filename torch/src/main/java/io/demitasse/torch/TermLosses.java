package io.demitasse.torch;

import io.demitasse.error.DemitasseException;
import io.demitasse.objective.Loss;
import io.demitasse.objective.Match;
import io.demitasse.objective.Term;
import io.demitasse.torch.kernel.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * What terms of an objective are for one batch, as a number that gradients follow back from.
 *
 * @param student values of the model that learns, by name
 * @param teachers those of the models that it learns from, by model and name
 * @param inputs of the batch
 * @param targets of the batch
 * @param projections makes values of the student as wide as those of a teacher
 */
record TermLosses(
    Map<String, Tensor> student,
    Map<String, Map<String, Tensor>> teachers,
    Map<String, Tensor> inputs,
    Map<String, Tensor> targets,
    Projections projections) {

  /** Values of the student that a term looks at. */
  static Set<String> ofStudent(Term term) {
    return switch (term) {
      case Term.Labels labels -> Set.of(labels.output());
      case Term.Reconstruction reconstruction -> Set.of(reconstruction.output());
      case Term.Contrast contrast ->
          new LinkedHashSet<>(List.of(contrast.left(), contrast.right()));
      case Term.Sparsity _ -> Set.of();
      case Term.Taught taught -> names(taught, true);
    };
  }

  /** Values of its teacher that a term looks at. */
  static Set<String> ofTeacher(Term.Taught term) {
    return names(term, false);
  }

  private static Set<String> names(Term.Taught term, boolean student) {
    Set<String> names = new LinkedHashSet<>();
    matches(term).forEach(match -> names.add(student ? match.student() : match.teacher()));
    return names;
  }

  private static List<Match> matches(Term.Taught term) {
    return switch (term) {
      case Term.Distillation distillation -> distillation.outputs();
      case Term.Direction direction -> direction.outputs();
      case Term.Features features -> features.values();
      case Term.Affinity affinity -> List.of(affinity.value());
    };
  }

  /** The value of a term, before its weight: one number. */
  Tensor of(Term term) {
    return switch (term) {
      case Term.Labels labels -> labels(labels);
      case Term.Reconstruction(String output, String target, String mask, double _) ->
          squared(
              new Match(output, target, mask),
              new Pair(value(student, output), target(target, output)));
      case Term.Distillation distillation -> distillation(distillation);
      case Term.Direction direction ->
          mean(
              direction,
              (match, pair) ->
                  direction.pooled()
                      ? mean(cosineDistance(pooled(match, pair)))
                      : weighted(cosineDistance(pair), match));
      case Term.Features features ->
          mean(features, (match, pair) -> squared(match, projected(match, pair)));
      case Term.Affinity affinity ->
          mean(
              affinity,
              (_, pair) -> mean(torch.square(alike(pair.left()).sub(alike(pair.right())))));
      case Term.Contrast contrast -> contrast(contrast);
      case Term.Sparsity _ ->
          throw new IllegalStateException("sparsity is no part of the gradient");
    };
  }

  // ---- labels ----

  private Tensor labels(Term.Labels term) {
    Tensor output = value(student, term.output());
    Tensor target = target(term.target(), term.output());
    return switch (term.loss()) {
      case Loss.CrossEntropy(double smoothing) ->
          LabelLosses.crossEntropy(output, target, smoothing);
      case Loss.Binary() -> LabelLosses.binary(output, fitting(term, output, target));
      case Loss.MeanSquaredError() -> mean(torch.square(output.sub(fitting(term, output, target))));
      case Loss.Cosine() -> mean(cosineDistance(new Pair(output, fitting(term, output, target))));
      case Loss.Ctc ctc -> LabelLosses.ctc(output, target, ctc);
    };
  }

  private Tensor target(String name, String output) {
    Tensor target = targets.get(name);
    if (target == null) {
      throw DemitasseException.badRequest(
          "The samples have no target '"
              + name
              + "', which the objective compares output '"
              + output
              + "' with.");
    }
    return target;
  }

  private static Tensor fitting(Term.Labels term, Tensor output, Tensor target) {
    if (!Arrays.equals(Tensors.sizes(output), Tensors.sizes(target))) {
      throw DemitasseException.badRequest(
          "The target '"
              + term.target()
              + "' has the shape "
              + Arrays.toString(Tensors.sizes(target))
              + " and output '"
              + term.output()
              + "' "
              + Arrays.toString(Tensors.sizes(output))
              + "; they have to be equal.");
    }
    return target.to(Tensors.type(output));
  }

  // ---- teachers ----

  private record Pair(Tensor left, Tensor right) {}

  private interface OfPair {
    Tensor compute(Match match, Pair pair);
  }

  private Tensor mean(Term.Taught term, OfPair function) {
    List<Tensor> all = new ArrayList<>();
    for (Match match : matches(term)) {
      all.add(function.compute(match, pair(term, match)));
    }
    Tensor sum = all.stream().reduce(torch::add).orElseThrow();
    return all.size() == 1 ? sum : sum.div(new Scalar((double) all.size()));
  }

  private Pair pair(Term.Taught term, Match match) {
    Map<String, Tensor> taught = teachers.get(term.teacher());
    if (taught == null) {
      throw DemitasseException.badRequest(
          "The objective learns from '" + term.teacher() + "', which is no model here.");
    }
    return new Pair(value(student, match.student()), value(taught, match.teacher()).detach());
  }

  private static Tensor value(Map<String, Tensor> values, String name) {
    Tensor value = values.get(name);
    if (value == null) {
      throw new IllegalStateException("'" + name + "' was not computed");
    }
    return value;
  }

  private static Pair equalSizes(Match match, Pair pair) {
    long[] left = Tensors.sizes(pair.left());
    long[] right = Tensors.sizes(pair.right());
    if (!Arrays.equals(left, right)) {
      throw DemitasseException.badRequest(
          "'"
              + match.student()
              + "' has the shape "
              + Arrays.toString(left)
              + " and '"
              + match.teacher()
              + "' of the teacher "
              + Arrays.toString(right)
              + "; they have to be equal.");
    }
    return pair;
  }

  private Tensor distillation(Term.Distillation term) {
    return mean(
        term,
        (match, unequal) -> {
          Pair pair = equalSizes(match, unequal);
          List<Tensor> parts = new ArrayList<>();
          if (term.alpha() > 0) {
            parts.add(squared(match, pair).mul(new Scalar(term.alpha())));
          }
          if (term.beta() > 0) {
            parts.add(divergence(match, pair, term.temperature()).mul(new Scalar(term.beta())));
          }
          return parts.stream()
              .reduce(torch::add)
              .orElseGet(() -> pair.left().sum().mul(new Scalar(0.)));
        });
  }

  private Tensor squared(Match match, Pair pair) {
    Pair equal = equalSizes(match, pair);
    return weighted(
        torch.square(equal.left().sub(equal.right())).mean(LAST, false, Tensors.noType()), match);
  }

  /** Of the student's probabilities from the teacher's, both softened. */
  private Tensor divergence(Match match, Pair pair, double temperature) {
    Scalar soft = new Scalar(1 / temperature);
    Tensor student = torch.log_softmax(pair.left().mul(soft), -1);
    Tensor teacher = torch.log_softmax(pair.right().mul(soft), -1);
    Tensor each = torch.exp(teacher).mul(teacher.sub(student)).sum(LAST, false, Tensors.noType());
    return weighted(each, match).mul(new Scalar(temperature * temperature));
  }

  /** The mean over all positions that count. */
  private Tensor weighted(Tensor each, Match match) {
    if (match.mask() == null) {
      return mean(each);
    }
    Tensor counts = counts(match.mask(), each);
    return each.mul(counts).sum().div(torch.clamp_min(counts.sum(), new Scalar(1.)));
  }

  /** 1 in all places of a value whose position counts, and 0 in the others. */
  private Tensor counts(String input, Tensor value) {
    Tensor mask = inputs.get(input);
    if (mask == null) {
      throw DemitasseException.badRequest("The batch has no input '" + input + "'.");
    }
    Tensor counts = torch.ne(mask, new Scalar(0L)).to(Tensors.type(value));
    while (counts.dim() < value.dim()) {
      counts = counts.unsqueeze(-1);
    }
    return counts.expand(Tensors.sizes(value));
  }

  private Pair pooled(Match match, Pair pair) {
    return new Pair(pooled(match.mask(), pair.left()), pooled(match.mask(), pair.right()));
  }

  /**
   * The mean over those positions of the second axis that count.
   *
   * @param mask the input that is 0 where one does not; null where all count
   */
  private Tensor pooled(@Nullable String mask, Tensor value) {
    if (mask == null) {
      return value.mean(SECOND, false, Tensors.noType());
    }
    Tensor counts = counts(mask, value);
    Tensor most = torch.clamp_min(counts.sum(SECOND, false, Tensors.noType()), new Scalar(1.));
    return value.mul(counts).sum(SECOND, false, Tensors.noType()).div(most);
  }

  private Pair projected(Match match, Pair pair) {
    long own = pair.left().size(pair.left().dim() - 1);
    long wanted = pair.right().size(pair.right().dim() - 1);
    return own == wanted
        ? pair
        : new Pair(projections.apply(match, pair.left(), wanted), pair.right());
  }

  // ---- angles ----

  private static Tensor cosineDistance(Pair pair) {
    Tensor cosine = unit(pair.left()).mul(unit(pair.right())).sum(LAST, false, Tensors.noType());
    return torch.neg(cosine).add(new Scalar(1.));
  }

  private static Tensor unit(Tensor x) {
    Tensor length =
        torch.sqrt(torch.square(x).sum(LAST, true, Tensors.noType()).add(new Scalar(1e-12)));
    return x.div(length);
  }

  /** Cosines of all rows with each other. */
  private static Tensor alike(Tensor x) {
    Tensor rows = unit(x.reshape(x.size(0), -1));
    return torch.matmul(rows, rows.t());
  }

  private Tensor contrast(Term.Contrast term) {
    Tensor left = vectors(term, term.left());
    Tensor right = vectors(term, term.right());
    if (term.left().equals(term.right())) {
      long size = left.size(1);
      Tensor pairs = left.reshape(-1, 2, size);
      left = torch.narrow(pairs, 1, 0, 1).reshape(-1, size);
      right = torch.narrow(pairs, 1, 1, 1).reshape(-1, size);
    }
    Tensor scores =
        torch.matmul(unit(left), unit(right).t()).mul(new Scalar(1 / term.temperature()));
    long[] places = java.util.stream.LongStream.range(0, scores.size(0)).toArray();
    Tensor own = Tensors.ofLongs(places);
    return torch
        .cross_entropy_loss(scores, own)
        .add(torch.cross_entropy_loss(scores.t(), own))
        .mul(new Scalar(.5));
  }

  /** One for each row: the mean over its positions where there are some. */
  private Tensor vectors(Term.Contrast term, String output) {
    Tensor x = value(student, output);
    if (x.dim() == 2) {
      return x;
    }
    if (x.dim() != 3) {
      throw DemitasseException.badRequest(
          "Output '"
              + output
              + "' has the shape "
              + Arrays.toString(Tensors.sizes(x))
              + "; contrast is for vectors, [rows, size] or [rows, positions, size].");
    }
    return pooled(term.mask(), x);
  }

  private static Tensor mean(Tensor x) {
    return x.mean();
  }

  private static final long[] LAST = {-1};
  private static final long[] SECOND = {1};

  /** Makes values as wide as others. */
  interface Projections {
    Tensor apply(Match match, Tensor value, long width);
  }
}
