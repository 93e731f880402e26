package io.demitasse.media.task;

import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.TaskProvider.Request;
import io.demitasse.ir.Tensor;
import io.demitasse.media.data.LabelClasses;
import io.demitasse.media.generate.GeneratedText;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedSet;

/**
 * How the answer to a question is read: a text that was generated, else the class that scores
 * highest.
 *
 * @param output that scores answers; empty where none of the model's is one
 * @param byClass the answer that each class stands for
 * @param byLabel the class of each answer of the data; empty where the model lacks one of them
 * @param how classes were told, or why not, in a sentence
 */
record Answers(
    String output, Map<Integer, String> byClass, Map<String, Integer> byLabel, String how) {
  Answers {
    byClass = Map.copyOf(byClass);
    byLabel = Map.copyOf(byLabel);
  }

  /**
   * Finds what classes of a model stand for, if it has classes.
   *
   * @param labels all answers of the data
   */
  static Answers of(Request request, SortedSet<String> labels) {
    List<ScoreOutput> outputs =
        request.bundle().parts().values().stream().flatMap(ScoreOutput::ofClasses).toList();
    if (outputs.isEmpty()) {
      return new Answers("", Map.of(), Map.of(), "no output of the model has scores of classes");
    }
    ScoreOutput output =
        outputs.stream()
            .filter(each -> Classes.areNamed(each.name()))
            .findFirst()
            .orElseGet(outputs::getFirst);
    OptionalLong declared = output.classes();
    int classes = (int) declared.orElse(Math.max(2, labels.size()));
    Map<Integer, String> named = LabelClasses.names(request.origin(), classes);
    LabelClasses found = LabelClasses.of(labels, "answers", request.origin(), classes);
    Map<Integer, String> byClass = new HashMap<>(named);
    found.byLabel().forEach((label, place) -> byClass.putIfAbsent(place, label));
    return new Answers(output.name(), byClass, found.byLabel(), found.how());
  }

  /**
   * The answer in outputs; empty where the class that scores highest has no name.
   *
   * @throws DemitasseException (bad request) when there is none
   */
  String said(Map<String, Tensor> outputs) {
    if (GeneratedText.isIn(outputs)) {
      return GeneratedText.of(outputs).text();
    }
    Tensor scores = outputs.get(output);
    if (scores == null || byClass.isEmpty()) {
      throw DemitasseException.badRequest(
          "The task question-answering needs a generated text or scores of answers, but the model"
              + " gives "
              + outputs
              + "; "
              + how
              + ".");
    }
    return byClass.getOrDefault(Classes.largest(scores.toFloats()), "");
  }
}
