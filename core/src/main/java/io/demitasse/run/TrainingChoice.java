package io.demitasse.run;

import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.BundleFiles;
import io.demitasse.ir.Bundle;
import io.demitasse.pass.PassInfo;
import io.demitasse.port.Trainer;
import io.demitasse.recipe.Recipe;
import io.demitasse.recipe.Step;
import io.demitasse.source.Source;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Whether a run may train, and whom it learns from.
 *
 * @param share of all samples that is kept to train on where the data do not say; 0 where nothing
 *     trains
 * @param teachers to learn from in place of the original, by name; may be none
 * @param device to train on
 */
public record TrainingChoice(double share, Map<String, Source> teachers, Trainer.Device device) {
  /** Nothing is trained. */
  public static final TrainingChoice NONE = new TrainingChoice(0, Map.of(), Trainer.Device.CPU);

  /** The share of all samples to train on where that is what a run is about. */
  private static final double TRAINING = .3;

  /** The same where training is one of the things that may be tried. */
  private static final double RECOVERY = .25;

  public TrainingChoice {
    teachers = Collections.unmodifiableMap(new LinkedHashMap<>(teachers));
  }

  /** Of a search that may train, or not. */
  static TrainingChoice ofSearch(
      boolean trains, Map<String, Source> teachers, Trainer.Device device) {
    return new TrainingChoice(trains ? RECOVERY : 0, teachers, device);
  }

  /** Of the steps of a recipe. */
  static TrainingChoice of(Recipe recipe, Map<String, Source> teachers, Trainer.Device device) {
    boolean trains = recipe.steps().stream().anyMatch(TrainingChoice::trains);
    return new TrainingChoice(trains ? TRAINING : 0, teachers, device);
  }

  /** Whether some step may train. */
  boolean trains() {
    return share > 0;
  }

  /**
   * What distinguishes these teachers and this device from others; empty on the processor without
   * any.
   */
  String fingerprint() {
    StringBuilder text = new StringBuilder();
    teachers.forEach((_, teacher) -> text.append(" taught by ").append(teacher.fingerprint()));
    if (device != Trainer.Device.CPU) {
      text.append(" on ").append(device);
    }
    return text.toString();
  }

  /** The models to learn from, by name. */
  Map<String, Bundle> bundles() {
    Map<String, Bundle> bundles = new LinkedHashMap<>();
    teachers.forEach((name, teacher) -> bundles.put(name, teacher.bundle()));
    return bundles;
  }

  /** What scores are compared with: the only teacher, where there is one, else the original. */
  BundleFiles reference(Source original) {
    return teachers.size() == 1 ? teachers.values().iterator().next().files() : original.files();
  }

  /**
   * Goes on where teachers have the parts that the student has.
   *
   * @throws DemitasseException (bad request) where one has others
   */
  void requireFitting(Source student) {
    teachers.forEach(
        (name, teacher) -> {
          if (!teacher.bundle().parts().keySet().equals(student.bundle().parts().keySet())) {
            throw DemitasseException.badRequest(
                "The teacher "
                    + name
                    + " has the parts "
                    + teacher.bundle().parts().keySet()
                    + " and the student "
                    + student.bundle().parts().keySet()
                    + ". They have to be the same.");
          }
        });
  }

  /** What was learned before is brought in as it is. */
  private static boolean trains(Step step) {
    return step.effect() == PassInfo.Effect.LEARNED && step.resolution().found().isEmpty();
  }
}
