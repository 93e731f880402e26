package io.demitasse.report;

import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.pipeline.Change;
import io.demitasse.sensitivity.LayerError;
import java.util.List;

/**
 * Everything worth knowing of one run.
 *
 * @param title what was compressed
 * @param evidence what accuracy was measured on, as a sentence; says so when it is synthetic
 * @param parts each part before and after
 * @param scores the result against the original; the first is the one the budget is about
 * @param candidates everything that was tried, in order
 * @param budget the limits and whether they are kept
 * @param recipe the resolved recipe as YAML
 */
public record Report(
    String title,
    Setting setting,
    String evidence,
    List<Part> parts,
    List<ScoreComparison> scores,
    List<Tried> candidates,
    Outcome budget,
    String recipe) {
  public Report {
    parts = List.copyOf(parts);
    scores = List.copyOf(scores);
    candidates = List.copyOf(candidates);
  }

  /**
   * What everything was measured with.
   *
   * @param created time in ISO form
   */
  public record Setting(
      String version,
      String created,
      String runtime,
      String java,
      String machine,
      int threads,
      long seed) {}

  /** The limits, whether they are kept, and a sentence for each that is not. */
  public record Outcome(String limits, boolean met, List<String> reasons) {
    public Outcome {
      reasons = List.copyOf(reasons);
    }
  }

  /**
   * One part before and after.
   *
   * @param layerErrors what quantizing each layer alone does to the outputs, largest first; empty
   *     where it was not measured
   * @param changes what each pass changed or left alone, in order, of the steps that were kept
   */
  public record Part(
      String name,
      Stored before,
      Stored after,
      List<TimingComparison> timings,
      List<LayerError> layerErrors,
      List<Change> changes) {
    public Part {
      timings = List.copyOf(timings);
      layerErrors = List.copyOf(layerErrors);
      changes = List.copyOf(changes);
    }
  }

  /**
   * How a model is stored.
   *
   * @param fileBytes the file with its external data
   * @param parameters elements of all weights
   * @param denseBytes what the parameters would take as 32-bit floats
   * @param bytesByType weight bytes by data type, largest first
   * @param operators node counts by operator, most frequent first
   */
  public record Stored(
      String sha256,
      long fileBytes,
      long parameters,
      long denseBytes,
      long opset,
      List<Count> bytesByType,
      List<Count> operators) {
    public Stored {
      bytesByType = List.copyOf(bytesByType);
      operators = List.copyOf(operators);
    }
  }

  /** A number under a name. */
  public record Count(String name, long count) {}

  /**
   * Something that was tried.
   *
   * @param parent id of what it was made from; 0 is the original
   * @param steps the passes on top of the parent, with their options
   * @param timings against the parent
   * @param scores against the original
   */
  public record Tried(
      int id,
      int parent,
      String title,
      List<String> steps,
      long bytes,
      List<TimingComparison> timings,
      List<ScoreComparison> scores,
      int changed,
      int skipped,
      boolean kept,
      String why) {
    public Tried {
      steps = List.copyOf(steps);
      timings = List.copyOf(timings);
      scores = List.copyOf(scores);
    }
  }
}
