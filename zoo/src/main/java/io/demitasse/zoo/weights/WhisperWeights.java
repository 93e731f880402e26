package io.demitasse.zoo.weights;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.zoo.Whisper;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Puts the weights of a Whisper that CTranslate2 holds into the graphs of {@link Whisper}.
 *
 * <p>CTranslate2 stacks the projections of queries, keys and values, {@code [3 width,width]}, and
 * those of keys and values of what is looked at; they are taken apart and turned. Whisper's keys
 * have no bias, and that of the file is zero: it would move all scores of a query alike. Numbers of
 * 16 bits become floats; integers with scales are refused, for they are no trained weights any
 * more.
 */
public final class WhisperWeights {
  private static final String SPECIFICATION = "WhisperSpec";

  private final CTranslate2File file;
  private final Whisper architecture;
  private final List<WhisperVariables.Source> sources;

  private WhisperWeights(
      CTranslate2File file, Whisper architecture, List<WhisperVariables.Source> sources) {
    this.file = file;
    this.architecture = architecture;
    this.sources = sources;
  }

  /**
   * Looks for all variables of a Whisper.
   *
   * @throws DemitasseException (bad request) with everything that is missing, of other sizes or
   *     types than it should be, or unknown
   */
  public static WhisperWeights of(CTranslate2File file) {
    if (!file.specification().equals(SPECIFICATION)) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "%s is a model '%s' of CTranslate2, expected '%s'.",
              file.path(),
              file.specification(),
              SPECIFICATION));
    }
    WhisperSizes sizes = new WhisperSizes(file);
    Whisper architecture = sizes.architecture();
    List<WhisperVariables.Source> sources = new WhisperVariables(architecture).all();
    Set<String> problems = new LinkedHashSet<>(sizes.settingProblems());
    Set<String> unknown = new TreeSet<>(sizes.weights());
    for (WhisperVariables.Source source : sources) {
      unknown.remove(source.variable());
      source.problem(file).ifPresent(problems::add);
    }
    unknown.forEach(name -> problems.add("'" + name + "' is no weight of Whisper"));
    sizes.requireNone(problems);
    return new WhisperWeights(file, architecture, sources);
  }

  /** The sizes of the model. */
  public Whisper architecture() {
    return architecture;
  }

  /** The two graphs with these weights, which are read when the models are written or run. */
  public Bundle bundle() {
    Bundle bundle = architecture.build(0);
    for (WhisperVariables.Source source : sources) {
      Graph graph = bundle.part(source.part()).graph();
      Value value = Objects.requireNonNull(graph.find(source.initializer()), source::initializer);
      Tensor tensor = source.tensor(file);
      graph.setInitializer(value, tensor);
    }
    return bundle;
  }
}
