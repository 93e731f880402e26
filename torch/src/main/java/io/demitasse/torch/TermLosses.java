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
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

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
      case Loss.CrossEntropy(double smoothing) -> crossEntropy(output, target, smoothing);
      case Loss.Binary() -> binary(output, fitting(term, output, target));
      case Loss.MeanSquaredError() -> mean(torch.square(output.sub(fitting(term, output, target))));
      case Loss.Cosine() -> mean(cosineDistance(new Pair(output, fitting(term, output, target))));
      case Loss.Ctc ctc -> ctc(output, target, ctc);
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

  private static Tensor crossEntropy(Tensor output, Tensor target, double smoothing) {
    long classes = output.size(output.dim() - 1);
    Tensor logits = output.reshape(-1, classes);
    Tensor right = target.reshape(-1);
    if (right.numel() != logits.size(0)) {
      throw DemitasseException.badRequest(
          "There are "
              + right.numel()
              + " labels for "
              + logits.size(0)
              + " rows of logits; one for each is needed.");
    }
    long most = Tensors.longs(right.max())[0];
    long least =
        Tensors.longs(
            torch
                .where(
                    torch.eq(right, new Scalar((long) Loss.IGNORED)),
                    torch.zeros_like(right),
                    right)
                .min())[0];
    if (most >= classes || least < 0) {
      throw DemitasseException.badRequest(
          "A label is "
              + (least < 0 ? least : most)
              + ", and the output has "
              + classes
              + " classes: labels are from 0 to "
              + (classes - 1)
              + ".");
    }
    return torch.cross_entropy_loss(
        logits, right, new TensorOptional(), 1, Loss.IGNORED, smoothing);
  }

  private static Tensor binary(Tensor output, Tensor target) {
    return mean(torch.softplus(output).sub(output.mul(target)));
  }

  private static Tensor ctc(Tensor output, Tensor target, Loss.Ctc loss) {
    Tensor logarithms =
        loss.probabilities()
            ? torch.log(torch.clamp_min(output, new Scalar(1e-12)))
            : torch.log_softmax(output, -1);
    int rows = (int) output.size(0);
    long[] steps = new long[rows];
    Arrays.fill(steps, output.size(1));
    long longest = target.size(1);
    long[] symbols = Tensors.longs(target);
    long[] lengths = new long[rows];
    for (int row = 0; row < rows; row++) {
      while (lengths[row] < longest
          && symbols[(int) (row * longest + lengths[row])] != Loss.IGNORED) {
        lengths[row]++;
      }
    }
    Tensor filled = torch.clamp_min(target, new Scalar(0L));
    return torch.ctc_loss(
        logarithms.transpose(0, 1), filled, steps, lengths, loss.blank(), 1, true);
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
    return new Pair(pooled(match, pair.left()), pooled(match, pair.right()));
  }

  /** The mean over those positions of the second axis that count. */
  private Tensor pooled(Match match, Tensor value) {
    if (match.mask() == null) {
      return value.mean(SECOND, false, Tensors.noType());
    }
    Tensor counts = counts(match.mask(), value);
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
    Tensor left = value(student, term.left());
    Tensor right = value(student, term.right());
    if (term.left().equals(term.right())) {
      long half = left.size(0) / 2;
      right = torch.narrow(left, 0, half, half);
      left = torch.narrow(left, 0, 0, half);
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
