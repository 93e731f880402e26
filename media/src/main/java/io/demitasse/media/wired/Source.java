package io.demitasse.media.wired;

import io.demitasse.manifest.Manifest.Modality;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a tensor comes from. */
public sealed interface Source {

  /**
   * The sample itself, written {@code $image} or {@code $text.mask}.
   *
   * @param name of what a sample holds: {@value #IMAGE}, {@value #SOUND}, {@value #VIDEO}, a text
   *     such as {@value #TEXT}, or a field of numbers
   * @param form of a text: {@value #IDS}, {@value #MASK}, {@value #TYPES} or {@value #POSITIONS};
   *     empty where there is one form alone
   */
  record OfSample(String name, String form) implements Source {
    public static final String IMAGE = "image";
    public static final String SOUND = "sound";
    public static final String VIDEO = "video";
    public static final Set<String> FILES = Set.of(IMAGE, SOUND, VIDEO);

    public static final String TEXT = "text";
    public static final String IDS = "ids";
    public static final String MASK = "mask";
    public static final String TYPES = "types";
    public static final String POSITIONS = "positions";

    /** What it is of. */
    public Modality modality() {
      return switch (name) {
        case IMAGE -> Modality.IMAGE;
        case SOUND -> Modality.AUDIO;
        case VIDEO -> Modality.VIDEO;
        default -> Modality.TEXT;
      };
    }

    @Override
    public String toString() {
      return "$" + name + (form.isEmpty() ? "" : "." + form);
    }
  }

  /** An output of a run, written {@code run.output}. */
  record OfRun(String run, String output) implements Source {
    @Override
    public String toString() {
      return run + "." + output;
    }
  }

  /** The same number for every sample. */
  record Constant(double value) implements Source {
    @Override
    public String toString() {
      return String.valueOf(value);
    }
  }

  /** What a source looks like, as a person would say it. */
  String FORMS = "$image, $sound, $text, $text.mask, run.output or a number";

  /** Reads a source; empty where it is of no such form. */
  static Optional<Source> parse(Object written) {
    if (written instanceof Number number) {
      return Optional.of(new Constant(number.doubleValue()));
    }
    Matcher matcher = Forms.OF_SAMPLE.matcher(String.valueOf(written));
    if (matcher.matches()) {
      String form = matcher.group(2);
      return Optional.of(new OfSample(matcher.group(1), form == null ? "" : form));
    }
    Matcher run = Forms.OF_RUN.matcher(String.valueOf(written));
    return run.matches() ? Optional.of(new OfRun(run.group(1), run.group(2))) : Optional.empty();
  }

  /** How sources are written. */
  final class Forms {
    private static final Pattern OF_SAMPLE =
        Pattern.compile("\\$([A-Za-z][A-Za-z0-9_-]*)(?:\\.(ids|mask|types|positions))?");
    private static final Pattern OF_RUN =
        Pattern.compile("([A-Za-z0-9_-]{1,64})\\.(.+)", Pattern.DOTALL);

    private Forms() {}
  }
}
