package io.demitasse.media.data;

import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.ir.Tensor;
import io.demitasse.media.DeclaredInputs;
import io.demitasse.media.image.Picture;
import io.demitasse.media.image.Pictures;
import io.demitasse.media.sound.Sound;
import io.demitasse.media.sound.Sounds;
import io.demitasse.media.video.Frames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A file that holds one sample.
 *
 * @param id what the sample is called
 */
record SampleFile(String id, Path file) {

  /** The kinds of such files. */
  enum Kind {
    TEXT,
    ARRAY,
    ARRAYS,
    PICTURE,
    SOUND,
    VIDEO,
    OTHER
  }

  Kind kind() {
    return kind(file);
  }

  static Kind kind(Path file) {
    return switch (extension(file)) {
      case "txt" -> Kind.TEXT;
      case "npy" -> Kind.ARRAY;
      case "npz" -> Kind.ARRAYS;
      case "jpg", "jpeg", "png", "webp", "gif", "bmp" -> Kind.PICTURE;
      case String other when Sounds.ENDINGS.contains(other) -> Kind.SOUND;
      case String other when Frames.ENDINGS.contains(other) -> Kind.VIDEO;
      default -> Kind.OTHER;
    };
  }

  /** What follows the last dot of the name, in lower case; empty when there is none. */
  static String extension(Path file) {
    String name = String.valueOf(file.getFileName());
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  /** Whether a program can be given files of this kind. */
  boolean isFor(SampleKinds kinds) {
    return switch (kind()) {
      case TEXT -> kinds.texts();
      case PICTURE -> kinds.pictures();
      case SOUND -> kinds.sounds();
      case VIDEO -> kinds.videos();
      case ARRAY, ARRAYS -> !kinds.tensors().inputs().isEmpty();
      case OTHER -> false;
    };
  }

  /**
   * Reads everything that the sample is made of.
   *
   * @param notes is told what is not seen of it, one sentence each
   * @throws DemitasseException (bad request) when it cannot be used
   */
  void check(SampleKinds kinds, Consumer<String> notes) {
    Sample sample = read(kinds);
    if (sample instanceof Sample.File) {
      switch (kind()) {
        case SOUND -> {
          Sound unused = Sounds.read(file);
        }
        case VIDEO -> Frames.check(file);
        default -> {
          Picture unused = Pictures.read(file, notes);
        }
      }
    }
  }

  /**
   * Makes the sample. Of a picture, a sound or a video it is just the file.
   *
   * @throws DemitasseException (bad request) when it cannot be used, without naming the file
   */
  Sample read(SampleKinds kinds) {
    try {
      return switch (kind()) {
        case TEXT -> text();
        case ARRAY -> new Sample.Tensors(id, kinds.tensors().fit(array(kinds.tensors())));
        case ARRAYS -> NamedValues.beside(file, kinds, FieldNames.USUAL).arrays(id, Npz.read(file));
        case PICTURE, SOUND, VIDEO -> new Sample.File(id, file);
        case OTHER -> throw DemitasseException.badRequest("is of no known kind");
      };
    } catch (IOException e) {
      throw new DemitasseException(
          DemitasseException.Kind.BAD_REQUEST, "cannot be read: " + Reason.of(e), e);
    }
  }

  private Sample text() throws IOException {
    if (Files.size(file) > TextLines.LONGEST_TEXT) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "has %d bytes, at most %d are taken",
              Files.size(file),
              TextLines.LONGEST_TEXT));
    }
    String text = TextLines.text(Files.readAllBytes(file));
    if (text.isBlank()) {
      throw DemitasseException.badRequest("is empty");
    }
    return new Sample.Text(id, text);
  }

  private Map<String, Tensor> array(DeclaredInputs inputs) throws IOException {
    List<DeclaredInputs.Input> required = inputs.required();
    if (required.size() != 1) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "holds one array, but the model needs %d inputs (%s): give .npz files",
              required.size(),
              inputs));
    }
    return Map.of(required.getFirst().name(), Npy.read(file));
  }
}
