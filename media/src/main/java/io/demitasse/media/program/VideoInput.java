package io.demitasse.media.program;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Model;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.ValueType;
import io.demitasse.media.DeclaredInputs;
import io.demitasse.media.image.ImagePreprocessing;
import io.demitasse.media.image.Pictures;
import io.demitasse.media.image.PreprocessorConfig;
import io.demitasse.media.image.Size;
import io.demitasse.media.image.TensorLayout;
import io.demitasse.media.video.Frames;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a video becomes an input of a model, float {@code [B,T,3,H,W]} or {@code [B,3,T,H,W]}: {@code
 * T} frames that are spread evenly, each prepared as a picture is, see {@link PictureInput}.
 *
 * @param name of the input
 * @param channelsFirst whether channels stand before frames
 * @param frames that a video is given as: as the input declares, else as the key {@value #FRAMES}
 *     says, else {@value #USUAL}
 * @param pictures how each frame is prepared
 */
public record VideoInput(String name, boolean channelsFirst, int frames, PictureInput pictures) {
  /** The key of a manifest that says how many frames there are. */
  static final String FRAMES = "frames";

  /** Of one channel are volumes, too, such as those of scanners. */
  private static final int COLORS = 3;

  private static final int USUAL = 8;
  private static final int MOST = 1024;
  private static final int SIDE = 224;

  /**
   * The video that a model takes by itself.
   *
   * @param told what somebody said of its frames; the manifest's keys may hold {@value #FRAMES}
   * @param config the preprocessor configuration that lies beside it
   * @return empty when the model takes something else
   */
  static Optional<VideoInput> of(Model model, PictureInput.Told told, Optional<Path> config) {
    List<DeclaredInputs.Input> required = DeclaredInputs.of(model).required();
    return required.size() == 1 ? of(required.getFirst(), told, config) : Optional.empty();
  }

  /**
   * One input of a model, which may have others.
   *
   * @param settings the manifest's keys of its preprocessing: those of pictures, and {@value
   *     #FRAMES}; empty where it says nothing
   * @param model the model's file, beside which a {@value PreprocessorConfig#FILE} may lie
   * @return empty where the input takes no video
   */
  public static Optional<VideoInput> of(
      DeclaredInputs.Input input, Map<String, Object> settings, Path model) {
    return of(input, new PictureInput.Told(null, settings), PictureFiles.preprocessor(model));
  }

  private static Optional<VideoInput> of(
      DeclaredInputs.Input input, PictureInput.Told told, Optional<Path> config) {
    if (!(input.type() instanceof ValueType.OfTensor(var type, Shape shape))
        || !type.isFloatingPoint()
        || shape == null
        || shape.rank() != 5
        || fixed(shape, 0) > 1) {
      return Optional.empty();
    }
    int channels = fixed(shape, 2) == COLORS ? 2 : fixed(shape, 1) == COLORS ? 1 : 0;
    if (channels == 0) {
      return Optional.empty();
    }
    Size size = new Size(side(shape, 4), side(shape, 3));
    PictureInput pictures = PictureInput.of(input.name(), size, withoutFrames(told), config);
    Object said = told.described().get(FRAMES);
    long declared = fixed(shape, 3 - channels);
    String problem = problem(said, declared, pictures);
    boolean good = problem.isEmpty();
    int frames = good ? count(said, declared) : USUAL;
    return Optional.of(
        new VideoInput(
            input.name(),
            channels == 1,
            frames,
            good ? pictures : new PictureInput(pictures.name(), pictures.source(), null, problem)));
  }

  /** The size of an axis; 0 where it is open. */
  private static long fixed(Shape shape, int axis) {
    return shape.dim(axis) instanceof Dim.Fixed(long size) ? size : 0;
  }

  private static int side(Shape shape, int axis) {
    long side = fixed(shape, axis);
    return side >= 1 && side <= Pictures.LONGEST_SIDE ? (int) side : SIDE;
  }

  /** What is said of each frame. */
  static PictureInput.Told withoutFrames(PictureInput.Told told) {
    Map<String, Object> pictures = new LinkedHashMap<>(told.described());
    pictures.remove(FRAMES);
    return new PictureInput.Told(told.flags(), pictures);
  }

  /** What is wrong with a number of frames; empty where nothing is. */
  static String problem(@Nullable Object said) {
    boolean whole =
        said instanceof Number number
            && number.doubleValue() == Math.rint(number.doubleValue())
            && number.doubleValue() >= 1
            && number.doubleValue() <= MOST;
    return said == null || whole
        ? ""
        : String.format(
            Locale.ROOT, "%s must be a whole number from 1 to %d, got '%s'", FRAMES, MOST, said);
  }

  private static String problem(@Nullable Object said, long declared, PictureInput pictures) {
    if (pictures.preprocessing() == null) {
      return pictures.problem();
    }
    if (!problem(said).isEmpty()) {
      return problem(said);
    }
    if (declared > MOST
        || (said instanceof Number number && declared > 0 && number.longValue() != declared)) {
      return String.format(
          Locale.ROOT,
          "the input '%s' takes %d frames, got %s: %s",
          pictures.name(),
          declared,
          FRAMES,
          said);
    }
    return pictures.preprocessing().layout() == TensorLayout.NCHW
        ? ""
        : "frames of a video have channels first: leave the layout away";
  }

  private static int count(@Nullable Object said, long declared) {
    if (declared > 0) {
      return (int) declared;
    }
    return said instanceof Number number ? number.intValue() : USUAL;
  }

  /**
   * The input that a video becomes.
   *
   * @return the tensor, of type float and with a batch of one, by the name of the input
   * @throws DemitasseException (bad request) when the file cannot be read, or its preprocessing is
   *     wrong
   */
  public Map<String, Tensor> prepare(Path file) {
    ImagePreprocessing prepared = pictures.preprocessing();
    if (prepared == null) {
      throw DemitasseException.badRequest(pictures.problem());
    }
    try (Frames video = Frames.spread(file, frames)) {
      Clip clip = null;
      int count = 0;
      for (; video.hasNext(); count++) {
        Tensor frame = prepared.tensor(video.next());
        clip = clip == null ? Clip.of(frame, frames, channelsFirst) : clip;
        clip.put(count, frame, file);
      }
      if (clip == null || count < frames) {
        throw DemitasseException.badRequest(
            String.format(
                Locale.ROOT,
                "The video %s ends after %d of %d frames that were told.",
                file,
                count,
                frames));
      }
      return Map.of(name, clip.tensor());
    }
  }

  /** What becomes of videos, in a sentence. */
  public String account() {
    return String.format(
        Locale.ROOT,
        "videos are given as %d frames, evenly spread, each prepared as a picture%s",
        frames,
        pictures
            .assumption()
            .map(said -> "; " + said)
            .orElse(" as " + pictures.source() + " says"));
  }
}
