package io.demitasse.media.data;

import io.demitasse.media.DeclaredInputs;
import io.demitasse.media.sound.Sounds;
import io.demitasse.media.video.Frames;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a program takes as samples.
 *
 * @param tensors the inputs of a model that may be given as numbers; none where programs make them
 */
public record SampleKinds(
    boolean texts, boolean pictures, boolean sounds, boolean videos, DeclaredInputs tensors) {
  /** Texts and pictures. */
  public static final SampleKinds MEDIA =
      new SampleKinds(true, true, false, false, new DeclaredInputs(List.of()));

  /** Sounds, with the words that belong to them. */
  public static final SampleKinds SOUNDS =
      new SampleKinds(false, false, true, false, new DeclaredInputs(List.of()));

  /** Pictures, with whatever belongs to them. */
  public static final SampleKinds PICTURES =
      new SampleKinds(false, true, false, false, new DeclaredInputs(List.of()));

  /** Texts, pictures, sounds and videos. */
  public static final SampleKinds ANY =
      new SampleKinds(true, true, true, true, new DeclaredInputs(List.of()));

  /** What can be given to a model by itself. */
  public static SampleKinds of(DeclaredInputs inputs) {
    return new SampleKinds(inputs.takesText(), false, false, false, inputs);
  }

  /** The same for a model that may take pictures, sounds or videos. */
  public SampleKinds withFiles(boolean takesPictures, boolean takesSounds, boolean takesVideos) {
    return new SampleKinds(texts, takesPictures, takesSounds, takesVideos, tensors);
  }

  /** Whether samples may be files that a program opens by itself. */
  boolean files() {
    return pictures || sounds || videos;
  }

  /** What can be opened, as a list in a sentence. */
  public String understood() {
    List<String> files = new ArrayList<>();
    if (texts) {
      files.add(".txt");
    }
    if (pictures) {
      files.add("picture (.jpg, .png, .webp, .gif, .bmp)");
    }
    if (sounds) {
      files.add("sound (" + Sounds.NAMED + ")");
    }
    if (videos) {
      files.add("video (" + Frames.NAMED + ")");
    }
    int inputs = tensors.required().size();
    if (inputs == 1) {
      files.add(".npy or .npz");
    } else if (inputs > 1) {
      files.add(".npz");
    }
    String one = files.getLast();
    return (texts ? "a text file with one sample a line (.txt), " : "")
        + (sounds && !texts ? Transcripts.FORM + ", " : "")
        + "JSON lines (.jsonl) or a table (.csv, .tsv) with "
        + String.join(" or ", keys())
        + ", a folder of "
        + String.join(", ", files)
        + " files with one sample a file, or one such "
        + one
        + " file";
  }

  private List<String> keys() {
    List<String> keys = new ArrayList<>();
    if (texts) {
      keys.add("\"text\"");
    } else if (tensors.required().isEmpty()) {
      keys.add("\"file\"");
    }
    if (!tensors.required().isEmpty()) {
      keys.add(
          tensors.required().stream()
              .map(input -> '"' + input.name() + '"')
              .collect(Collectors.joining(", ")));
    }
    return keys;
  }
}
