package io.demitasse.passes.tune;

import io.demitasse.ir.Model;
import io.demitasse.objective.Term;
import io.demitasse.pass.Option;
import io.demitasse.train.TrainingData;
import java.util.ArrayList;
import java.util.List;

/** What a model is taught by another one: the options that several passes share. */
public record Teaching(
    @Option(doc = "What scores of classes are divided by before they are compared", value = "2")
        double temperature,
    @Option(doc = "Weight of the squared difference of outputs", value = "1") double alpha,
    @Option(
            doc =
                "Weight of the divergence of probabilities, of outputs that are scores of classes",
            value = "1")
        double beta,
    @Option(doc = "Weight of the angle between vectors along the last axis of outputs", value = "0")
        double direction,
    @Option(
            doc = "Average those vectors over all positions first, as embeddings of texts are",
            value = "false")
        boolean pooled,
    @Option(
            doc =
                "Outputs that are compared, as student=teacher where their names differ; none for"
                    + " all of the same name",
            value = "")
        List<String> match,
    @Option(doc = "Inner values that are compared too, as student=teacher", value = "")
        List<String> features,
    @Option(
            doc = "Values whose similarities within a batch are compared, as student=teacher",
            value = "")
        List<String> affinity,
    @Option(
            doc = "The input that is 0 where positions of outputs do not count",
            value = TrainingData.ATTENTION_MASK)
        String mask) {

  public Teaching {
    if (!(temperature > 0 && Double.isFinite(temperature))) {
      throw new IllegalArgumentException("temperature must be above 0, got " + temperature);
    }
    Descent.requireWeight("alpha", alpha);
    Descent.requireWeight("beta", beta);
    Descent.requireWeight("direction", direction);
    match = List.copyOf(match);
    features = List.copyOf(features);
    affinity = List.copyOf(affinity);
  }

  /**
   * The terms that hold a student to all its teachers, each of which counts the same.
   *
   * @throws io.demitasse.error.DemitasseException (bad request) where outputs do not fit, saying
   *     what to do
   */
  List<Term> terms(Model student, TrainingData data) {
    List<Term> terms = new ArrayList<>();
    data.teachers()
        .forEach(
            (name, teacher) ->
                terms.addAll(
                    new TeacherTerms(this, student, name, teacher, data.labels())
                        .all(1. / data.teachers().size())));
    return terms;
  }
}
