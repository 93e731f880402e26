package io.demitasse.passes.tune;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Model;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Value;
import io.demitasse.objective.Loss;
import io.demitasse.objective.Match;
import io.demitasse.objective.Term;
import io.demitasse.ops.ShapeInference;
import io.demitasse.train.Scores;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What holds one student to one teacher. */
final class TeacherTerms {
  private final Teaching options;
  private final Model student;
  private final String name;
  private final Model teacher;
  private final Optional<Term> labels;

  TeacherTerms(Teaching options, Model student, String name, Model teacher, Optional<Term> labels) {
    this.options = options;
    this.student = student;
    this.name = name;
    this.teacher = teacher;
    this.labels = labels;
  }

  /** All of them, which count as much as this together. */
  List<Term> all(double weight) {
    List<Term> terms = new ArrayList<>();
    List<Match> scores = new ArrayList<>();
    List<Match> others = new ArrayList<>();
    outputs().forEach((ours, theirs) -> (isScores(ours) ? scores : others).add(of(ours, theirs)));
    if (!scores.isEmpty()) {
      terms.add(
          new Term.Distillation(
              name, scores, options.temperature(), options.alpha(), options.beta(), weight));
    }
    if (!others.isEmpty() && options.alpha() > 0) {
      terms.add(
          new Term.Distillation(name, others, options.temperature(), options.alpha(), 0, weight));
    }
    if (!others.isEmpty() && options.direction() > 0) {
      if (options.pooled()) {
        others.forEach(match -> requirePositions(match.student()));
      }
      terms.add(new Term.Direction(name, others, options.pooled(), options.direction() * weight));
    }
    List<Match> inner = pairs(options.features()).entrySet().stream().map(this::inner).toList();
    if (!inner.isEmpty()) {
      terms.add(new Term.Features(name, inner, weight));
    }
    pairs(options.affinity())
        .entrySet()
        .forEach(each -> terms.add(new Term.Affinity(name, inner(each), weight)));
    return terms;
  }

  /** Names of outputs that are compared, the student's first. */
  private Map<String, String> outputs() {
    Map<String, String> outputs = pairs(options.match());
    if (outputs.isEmpty()) {
      student.graph().outputs().stream()
          .filter(TeacherTerms::isFloat)
          .filter(output -> teacher.graph().find(output.name()) != null)
          .forEach(output -> outputs.put(output.name(), output.name()));
    }
    outputs.forEach(
        (ours, theirs) -> {
          value(student, "student", ours);
          value(teacher, "teacher '" + name + "'", theirs);
          requireFitting(ours, theirs);
        });
    if (outputs.isEmpty()) {
      throw DemitasseException.badRequest(
          "The student and its teacher '"
              + name
              + "' have no output in common: "
              + names(student)
              + " and "
              + names(teacher)
              + ". Say which are compared, as in match: "
              + first(student)
              + "="
              + first(teacher)
              + ".");
    }
    return outputs;
  }

  /** What is known of sizes is compared before anything is computed. */
  private void requireFitting(String ours, String theirs) {
    long own = width(student, ours);
    long other = width(teacher, theirs);
    if (own > 0 && other > 0 && own != other) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "Output '%s' of the student has %d values along its last axis and '%s' of teacher"
                  + " '%s' has %d. Compare others by 'match', or inner values by 'features',"
                  + " where sizes may differ.",
              ours,
              own,
              theirs,
              name,
              other));
    }
  }

  private void requirePositions(String output) {
    int rank = rank(student, output);
    if (rank == 1 || rank == 2) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "Output '%s' has %d axes, and 'pooled' averages over the second of three: leave it"
                  + " out, or choose another output by 'match'.",
              output,
              rank));
    }
  }

  private boolean isScores(String output) {
    boolean classes =
        labels
            .filter(
                term ->
                    term instanceof Term.Labels(Loss loss, String about, String _, double _)
                        && loss instanceof Loss.CrossEntropy
                        && about.equals(output))
            .isPresent();
    return classes || Scores.behindSoftmax(student, output).isPresent();
  }

  private Match of(String ours, String theirs) {
    Match match =
        isScores(ours)
            ? Match.of(Scores.unlimited(student, ours), Scores.unlimited(teacher, theirs))
            : Match.of(ours, theirs);
    return masked(match);
  }

  private Match inner(Map.Entry<String, String> names) {
    value(student, "student", names.getKey());
    value(teacher, "teacher '" + name + "'", names.getValue());
    return masked(Match.of(names.getKey(), names.getValue()));
  }

  /** Positions that are padded do not count where each of them has values of its own. */
  private Match masked(Match match) {
    boolean positions = rank(student, match.student()) > 2;
    boolean known =
        student.graph().inputs().stream().anyMatch(in -> in.name().equals(options.mask()));
    return positions && known ? match.masked(options.mask()) : match;
  }

  private static boolean isFloat(Value value) {
    return value.dataType().map(DataType::isFloatingPoint).orElse(true);
  }

  private static List<String> names(Model model) {
    return model.graph().outputs().stream().map(Value::name).toList();
  }

  private static String first(Model model) {
    return names(model).stream().findFirst().orElse("output");
  }

  private static void value(Model model, String whose, String name) {
    if (model.graph().find(name) == null) {
      throw DemitasseException.badRequest(
          "The " + whose + " has no value '" + name + "'; its outputs are " + names(model) + ".");
    }
  }

  private static Optional<Shape> shape(Model model, String name) {
    Value value = model.graph().find(name);
    return value == null
        ? Optional.empty()
        : ShapeInference.infer(model, Map.of()).shape(value).or(value::shape);
  }

  private static int rank(Model model, String name) {
    return shape(model, name).map(Shape::rank).orElse(0);
  }

  /** The size of the last axis; 0 where it is not known. */
  private static long width(Model model, String name) {
    return shape(model, name)
        .filter(shape -> shape.rank() > 0)
        .map(shape -> shape.dim(shape.rank() - 1))
        .map(dim -> dim instanceof Dim.Fixed(long size) ? size : 0L)
        .orElse(0L);
  }

  private static Map<String, String> pairs(List<String> texts) {
    Map<String, String> pairs = new LinkedHashMap<>();
    for (String text : texts) {
      String[] both = text.split("=", 2);
      pairs.put(both[0].strip(), both[both.length - 1].strip());
    }
    return pairs;
  }
}
