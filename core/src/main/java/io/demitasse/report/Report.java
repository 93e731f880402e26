package io.demitasse.report;

import io.demitasse.evaluate.Confusion;
import io.demitasse.evaluate.Difference;
import io.demitasse.evaluate.Example;
import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.evaluate.TimingComparison;
import io.demitasse.pipeline.Change;
import io.demitasse.sensitivity.LayerError;
import java.util.List;
import java.util.Optional;

/**
 * Everything worth knowing of one run.
 *
 * @param title what was compressed
 * @param accuracy what the result does for its task, against the original
 * @param parts each part before and after
 * @param whole times of the program end to end against the original; empty for a single model
 * @param checks what else was measured of the result, and noticed meanwhile
 * @param candidates everything that was tried, in order
 * @param training how weights of the result were trained, in the order of its steps
 * @param removed what the result has less of than the original, group by group
 * @param budget the limits and whether they are kept
 * @param recipe the resolved recipe as YAML
 */
public record Report(
    String title,
    Setting setting,
    Accuracy accuracy,
    List<Part> parts,
    List<TimingComparison> whole,
    Checks checks,
    List<Tried> candidates,
    List<TrainingCurve> training,
    List<RemovedGroup> removed,
    Outcome budget,
    String recipe) {
  public Report {
    parts = List.copyOf(parts);
    whole = List.copyOf(whole);
    candidates = List.copyOf(candidates);
    training = List.copyOf(training);
    removed = List.copyOf(removed);
  }

  /** Of a run that trained nothing and removed no units. */
  public Report(
      String title,
      Setting setting,
      Accuracy accuracy,
      List<Part> parts,
      List<TimingComparison> whole,
      Checks checks,
      List<Tried> candidates,
      Outcome budget,
      String recipe) {
    this(
        title,
        setting,
        accuracy,
        parts,
        whole,
        checks,
        candidates,
        List.of(),
        List.of(),
        budget,
        recipe);
  }

  /** The same report of a run that trained. */
  public Report trained(List<TrainingCurve> curves) {
    return with(curves, removed);
  }

  /** The same report of a run that removed units. */
  public Report without(List<RemovedGroup> groups) {
    return with(training, groups);
  }

  private Report with(List<TrainingCurve> curves, List<RemovedGroup> groups) {
    return new Report(
        title, setting, accuracy, parts, whole, checks, candidates, curves, groups, budget, recipe);
  }

  /** Of all files of the original. */
  public long bytesBefore() {
    return parts.stream().mapToLong(part -> part.before().fileBytes()).sum();
  }

  /** Of all files of the result. */
  public long bytesAfter() {
    return parts.stream().mapToLong(part -> part.after().fileBytes()).sum();
  }

  /**
   * What the result does for its task.
   *
   * @param evidence what accuracy was measured on, as a sentence; says so when it is synthetic
   * @param splits how many samples judged, and how many were for what came before
   * @param scores the result against the original, by metric, on the samples that judge
   * @param crossValidated the same by folds, where samples that judge calibrated the result
   * @param shares what each part does to size and scores as it joins those before it; empty for a
   *     single model
   * @param examples samples to look at, those that suffered most first
   * @param differences samples without labels on which the result differs from the original, those
   *     that say something else first
   * @param confusion what samples of each class are taken for
   * @param groups scores of groups of samples, {@code top1[speaker=ann]}, those that lost most
   *     first; they are not among the {@code scores}
   */
  public record Accuracy(
      String evidence,
      Splits splits,
      List<ScoreComparison> scores,
      CrossValidated crossValidated,
      List<Share> shares,
      List<Shown> examples,
      List<Difference> differences,
      Confusion confusion,
      List<ScoreComparison> groups) {
    public Accuracy {
      scores = List.copyOf(scores);
      groups = List.copyOf(groups);
      shares = List.copyOf(shares);
      examples = List.copyOf(examples);
      differences = List.copyOf(differences);
    }
  }

  /**
   * What the samples were for.
   *
   * @param told all of it in one sentence; empty where nothing was measured
   */
  public record Splits(String told, TaskSplits.Sizes sizes) {
    /** Where nothing was measured. */
    public static final Splits NONE = new Splits("", TaskSplits.Sizes.NONE);

    public static Splits of(TaskSplits.Sizes sizes) {
      return new Splits(sizes.told(), sizes);
    }
  }

  /**
   * What models score that were calibrated as the result was, each without the samples that judge
   * it.
   *
   * @param told what was done, or why it was not, as a sentence; empty where there was nothing to
   *     do
   * @param folds so many models were calibrated; 0 where none was
   * @param scores of all samples that judge, by metric; empty where no model was calibrated
   */
  public record CrossValidated(String told, int folds, List<ScoreComparison> scores) {
    /** Where no sample that judges has calibrated the result. */
    public static final CrossValidated NONE = new CrossValidated("", 0, List.of());

    public CrossValidated {
      scores = List.copyOf(scores);
    }

    /** What the folds came to. */
    public static CrossValidated of(int folds, List<ScoreComparison> scores) {
      return new CrossValidated(
          "cross-validated in "
              + folds
              + " folds: each judged a model that was calibrated on the others",
          folds,
          scores);
    }

    /** Where it would have been of use. */
    public static CrossValidated missing(String why) {
      return new CrossValidated("not cross-validated: " + why, 0, List.of());
    }
  }

  /**
   * How one part spends the budget of the whole.
   *
   * @param bytesShared of the weights that other parts read too, whole; of those {@code bytesAfter}
   *     counts this part's portion
   * @param scores of the whole with this part and those before it replaced, against the whole with
   *     only those before it
   */
  public record Share(
      String part,
      long bytesBefore,
      long bytesAfter,
      long bytesShared,
      List<ScoreComparison> scores) {
    public Share {
      scores = List.copyOf(scores);
    }
  }

  /**
   * A sample as the page shows it.
   *
   * @param picture the file's content as a {@code data:} address
   */
  public record Shown(
      String title, String picture, int width, int height, List<Example.Mark> marks) {
    public Shown {
      marks = List.copyOf(marks);
    }
  }

  /**
   * What everything was measured with.
   *
   * @param created time in ISO form
   * @param original what tells this original from others: the SHA-256 of its file; where it has
   *     several, weights beside models among them, that of their hashes, one a line
   */
  public record Setting(
      String version,
      String created,
      String runtime,
      String java,
      String machine,
      int threads,
      long seed,
      String original) {}

  /**
   * The limits, whether they are kept, and a sentence for each that is not.
   *
   * @param held the verdict on each limit: whoever tells of one takes it from here
   */
  public record Outcome(String limits, boolean met, List<String> reasons, List<Held> held) {
    public Outcome {
      reasons = List.copyOf(reasons);
      held = List.copyOf(held);
    }

    /** The verdict on a metric; empty where nothing limits it. */
    public Optional<Held> of(ScoreComparison score) {
      return held.stream()
          .filter(each -> each.kind().equals("drop") && each.metric().equals(score.metric()))
          .findFirst();
    }
  }

  /**
   * The verdict on one limit.
   *
   * @param kind {@code size}, {@code latency}, {@code memory} or {@code drop}
   * @param metric that may drop, or part whose time is limited; else empty
   * @param limit as it was written, such as {@code 30%} or {@code 25MB}
   * @param share the limit as a share of what the original has; of a drop, its points
   * @param told what was measured, as a sentence
   */
  public record Held(
      String kind, String metric, String limit, double share, boolean met, String told) {}

  /**
   * Peak resident memory of a fresh process, Java's own included, that loads all parts and runs
   * each on the largest of its workloads.
   *
   * @param missing why it was not measured; empty when it was
   */
  public record Memory(long bytesBefore, long bytesAfter, String missing) {
    /** Nobody asked. */
    public static final Memory NOT_ASKED = new Memory(0, 0, "no budget limits it");
  }

  /**
   * What else was measured of the result, and noticed meanwhile.
   *
   * @param memory of original and result, where the budget limits it
   * @param asUsed times of sessions as a user opens them, whose waiting threads spin, one alive at
   *     a time
   * @param modalities what became of each, where there are several
   * @param notes sentences on how far the measurements can be trusted, here and elsewhere
   */
  public record Checks(
      Memory memory, List<TimingComparison> asUsed, ByModality modalities, List<String> notes) {
    public static final Checks NONE =
        new Checks(Memory.NOT_ASKED, List.of(), ByModality.NONE, List.of());

    public Checks {
      asUsed = List.copyOf(asUsed);
      notes = List.copyOf(notes);
    }
  }

  /**
   * One part before and after.
   *
   * @param changes what each pass changed or left alone, in order, of the steps that were kept
   * @param graph nodes of the result and those that are gone, in order of execution
   */
  public record Part(
      String name,
      Stored before,
      Stored after,
      List<TimingComparison> timings,
      LayerErrors layerErrors,
      List<Change> changes,
      List<GraphNode> graph) {
    public Part {
      timings = List.copyOf(timings);
      changes = List.copyOf(changes);
      graph = List.copyOf(graph);
    }
  }

  /**
   * Where error comes from in a part that lossy steps have changed, in two measures.
   *
   * @param alone what changing each layer alone does to the outputs of the part, largest first;
   *     empty where the search did not have to know
   * @param inResult how far the output of each changed layer is off in the result, where all
   *     changes are at work, in order of execution
   */
  public record LayerErrors(List<LayerError> alone, List<LayerError> inResult) {
    public static final LayerErrors NONE = new LayerErrors(List.of(), List.of());

    public LayerErrors {
      alone = List.copyOf(alone);
      inResult = List.copyOf(inResult);
    }
  }

  /**
   * How a model is stored.
   *
   * @param fileBytes the file with its external data; of what several parts read, its portion
   * @param parameters elements of all weights
   * @param denseBytes what the parameters would take as 32-bit floats
   * @param bytesByType weight bytes by data type, largest first; of what several parts share, its
   *     portion
   * @param operators node counts by operator, most frequent first
   * @param sparse zeros, and what they do to an archive
   */
  public record Stored(
      String sha256,
      long fileBytes,
      long parameters,
      long denseBytes,
      long opset,
      List<Count> bytesByType,
      List<Count> operators,
      Sparse sparse) {
    public Stored {
      bytesByType = List.copyOf(bytesByType);
      operators = List.copyOf(operators);
    }
  }

  /**
   * Zeros among weights, which no kernel of the runtime makes use of.
   *
   * @param zeroShare of the numbers in matrices and windows, from 0 to 1
   * @param archiveBytes what the files take in an archive, by DEFLATE, those that are shared as a
   *     whole; 0 where too few weights are zero to measure it
   */
  public record Sparse(double zeroShare, long archiveBytes) {}

  /** A number under a name. */
  public record Count(String name, long count) {}

  /**
   * Something that was tried.
   *
   * @param parent id of what it was made from; 0 is the original
   * @param steps the passes on top of the parent, with the options that are not as usual
   * @param timings against the parent
   * @param scores against the original, on the samples that candidates are chosen by
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
