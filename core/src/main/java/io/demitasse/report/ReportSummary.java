package io.demitasse.report;

import io.demitasse.evaluate.ScoreComparison;
import io.demitasse.evaluate.TimingComparison;
import java.util.List;

/**
 * What a comparison needs to know of a result: a {@link Report} without what only its page shows.
 *
 * @param title what was compressed
 * @param parts at least one, each once
 * @param whole times of the program end to end; empty for a single model
 * @param candidates everything that was tried, in order
 */
public record ReportSummary(
    String title,
    Report.Setting setting,
    Accuracy accuracy,
    List<Part> parts,
    List<TimingComparison> whole,
    Checks checks,
    List<Tried> candidates,
    Report.Outcome budget) {
  public ReportSummary {
    parts = List.copyOf(parts);
    whole = List.copyOf(whole);
    candidates = List.copyOf(candidates);
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("a result has at least one part");
    }
    if (parts.stream().map(Part::name).distinct().count() < parts.size()) {
      throw new IllegalArgumentException("a part is listed once");
    }
  }

  /** See {@link Report.Accuracy}. */
  public record Accuracy(String evidence, List<ScoreComparison> scores) {
    public Accuracy {
      scores = List.copyOf(scores);
    }
  }

  /** See {@link Report.Part}. */
  public record Part(String name, Stored before, Stored after, List<TimingComparison> timings) {
    public Part {
      timings = List.copyOf(timings);
    }
  }

  /** See {@link Report.Stored}; a model takes at least one byte. */
  public record Stored(String sha256, long fileBytes) {
    public Stored {
      if (fileBytes < 1) {
        throw new IllegalArgumentException("a model takes at least 1 byte, got " + fileBytes);
      }
    }
  }

  /** See {@link Report.Checks}. */
  public record Checks(Report.Memory memory, List<String> notes) {
    public Checks {
      notes = List.copyOf(notes);
    }
  }

  /** See {@link Report.Tried}. */
  public record Tried(String title, List<String> steps, boolean kept) {
    public Tried {
      steps = List.copyOf(steps);
    }
  }

  /** Bytes of the original, all parts together. */
  public long bytesBefore() {
    return parts.stream().mapToLong(part -> part.before().fileBytes()).sum();
  }

  /** Bytes of the result, all parts together. */
  public long bytesAfter() {
    return parts.stream().mapToLong(part -> part.after().fileBytes()).sum();
  }

  /** Whether anything was timed. */
  public boolean wasTimed() {
    return !whole.isEmpty() || parts.stream().anyMatch(part -> !part.timings().isEmpty());
  }

  /** Whether anything but size is known. */
  public boolean wasMeasured() {
    return wasTimed() || !accuracy.scores().isEmpty();
  }

  /** The steps that led to the result, in order, each with its options. */
  public List<String> steps() {
    return candidates.stream()
        .filter(Tried::kept)
        .flatMap(tried -> tried.steps().stream())
        .toList();
  }
}
