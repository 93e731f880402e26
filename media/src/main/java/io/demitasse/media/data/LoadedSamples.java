package io.demitasse.media.data;

import io.demitasse.error.DemitasseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What was taken from a place where data lie, what was skipped and why.
 *
 * @param source the place, as a person would say it
 * @param taken usable samples
 * @param skipped samples that cannot be used
 * @param ignored files of a kind that holds no samples for this model
 * @param reasons why, for the first few that were skipped
 * @param notes what is not seen of usable samples, for the first few
 */
public record LoadedSamples(
    String source, int taken, int skipped, int ignored, List<String> reasons, List<String> notes) {
  /** How many reasons and notes are told. */
  public static final int REASONS = 5;

  public LoadedSamples {
    reasons = List.copyOf(reasons);
    notes = List.copyOf(notes);
  }

  /** The same by another name. */
  public LoadedSamples named(String place) {
    return new LoadedSamples(place, taken, skipped, ignored, reasons, notes);
  }

  /** The same with one more note, before the others. */
  LoadedSamples noting(String note) {
    List<String> all = new ArrayList<>(List.of(note));
    all.addAll(notes);
    return new LoadedSamples(source, taken, skipped, ignored, reasons, all);
  }

  /**
   * The same after more was skipped.
   *
   * @param left what was taken of these, and what was skipped
   */
  LoadedSamples with(LoadedSamples left) {
    List<String> all = new ArrayList<>(reasons);
    all.addAll(left.reasons);
    return new LoadedSamples(
        source,
        left.taken,
        skipped + left.skipped,
        ignored,
        all.subList(0, Math.min(all.size(), REASONS)),
        notes);
  }

  /**
   * The same where fewer samples are used.
   *
   * @param which of them, as a person would say it
   */
  public LoadedSamples only(int count, String which) {
    return new LoadedSamples(source + ", " + which, count, skipped, ignored, reasons, notes);
  }

  /** One line, and one more for each reason and note. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    StringBuilder first = new StringBuilder();
    first.append(counted(taken, "sample")).append(" of ").append(source);
    if (skipped > 0) {
      first.append(String.format(Locale.ROOT, ", %,d skipped", skipped));
    }
    if (ignored > 0) {
      first.append(", ").append(counted(ignored, "file")).append(" of other kinds ignored");
    }
    lines.add(first.toString());
    reasons.forEach(reason -> lines.add("skipped " + reason));
    lines.addAll(notes);
    return lines;
  }

  private static String counted(int count, String what) {
    return String.format(Locale.ROOT, "%,d %s%s", count, what, count == 1 ? "" : "s");
  }

  /** Counts while data are read. */
  public static final class Tally {
    private final String source;
    private final List<String> reasons = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private int taken;
    private int skipped;
    private int ignored;

    public Tally(String source) {
      this.source = source;
    }

    /** Counts a usable sample. */
    public void take() {
      taken++;
    }

    /** Counts a sample that cannot be used. */
    public void skip(String id, String why) {
      skipped++;
      if (reasons.size() < REASONS) {
        reasons.add(id + ": " + why);
      }
    }

    /** Keeps what is not seen of a usable sample. */
    public void note(String text) {
      if (notes.size() < REASONS) {
        notes.add(text);
      }
    }

    /** Counts a file that is none of the kinds in question. */
    public void ignore() {
      ignored++;
    }

    /**
     * The result.
     *
     * @param understood the kinds of data that could have been used, for the message
     * @throws DemitasseException (bad request) when there is no sample, or more than one in ten is
     *     bad
     */
    public LoadedSamples finish(String understood) {
      if (taken + skipped == 0) {
        throw DemitasseException.badRequest(
            "There are no samples in "
                + source
                + (ignored > 0 ? " (" + counted(ignored, "file") + " of other kinds)" : "")
                + ". Understood here: "
                + understood
                + ".");
      }
      if (skipped * 10L > taken + skipped) {
        throw DemitasseException.badRequest(
            String.format(
                Locale.ROOT,
                "%d of %d samples in %s cannot be used, at most 10 %% may be bad:\n  %s",
                skipped,
                taken + skipped,
                source,
                String.join("\n  ", reasons)));
      }
      return new LoadedSamples(source, taken, skipped, ignored, reasons, notes);
    }
  }
}
