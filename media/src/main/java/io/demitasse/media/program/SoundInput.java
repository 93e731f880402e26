package io.demitasse.media.program;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.ValueType;
import io.demitasse.media.DeclaredInputs;
import io.demitasse.media.image.PreprocessorConfig;
import io.demitasse.media.sound.FeatureFrames;
import io.demitasse.media.sound.Filterbank;
import io.demitasse.media.sound.LogMel;
import io.demitasse.media.sound.Mfcc;
import io.demitasse.media.sound.Sound;
import io.demitasse.media.sound.SoundFeatures;
import io.demitasse.media.sound.SoundPreprocessing;
import io.demitasse.media.sound.Sounds;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a sound becomes an input of a model: as flags say, else as the manifest does, else as the
 * {@value PreprocessorConfig#FILE} beside the model, else as samples at 16 kHz, or as Whisper's
 * features where the input has their form.
 *
 * <ul>
 *   <li>Samples are float {@code [N]}, {@code [B,N]} or {@code [B,1,N]}. A fixed length cuts longer
 *       sounds off at their end, and shorter ones are followed by silence.
 *   <li>Features are float {@code [B,F,T]} or {@code [B,T,F]}, whichever has room for them; where
 *       both have, log-mel is the first and others the second. A fixed count of frames is met in
 *       the same way, that of log-mel by silence and that of others by zeros.
 * </ul>
 *
 * @param name of the input
 * @param shape that it declares
 * @param source where the preprocessing is from, as a person would say it
 * @param preprocessing null where it is wrong, which matters only to who gives sounds
 * @param problem what is wrong then
 */
public record SoundInput(
    String name,
    Shape shape,
    String source,
    @Nullable SoundPreprocessing preprocessing,
    String problem) {

  /**
   * The sound that a model takes by itself.
   *
   * @param config the preprocessor configuration that lies beside it
   * @return empty when the model takes something else
   * @throws DemitasseException (bad request) when flags cannot be followed, or are for a model that
   *     takes no sound
   */
  static Optional<SoundInput> of(Model model, SoundTold told, Optional<Path> config) {
    DeclaredInputs inputs = DeclaredInputs.of(model);
    List<DeclaredInputs.Input> required = inputs.required();
    Optional<SoundInput> found =
        required.size() == 1 ? of(required.getFirst(), told, config) : Optional.empty();
    if (told.flags() != null && found.isEmpty()) {
      throw DemitasseException.badRequest(
          "--sound says how sounds are prepared, but the model takes none: " + inputs + ".");
    }
    return found;
  }

  /**
   * One input of a model, which may have others.
   *
   * @param settings the manifest's keys of its preprocessing; empty where it says nothing
   * @param model the model's file, beside which a {@value PreprocessorConfig#FILE} may lie
   * @return empty where the input takes no sound; what is wrong with settings or the file is told
   *     by {@link #problem}, and by {@link #prepare}
   */
  public static Optional<SoundInput> of(
      DeclaredInputs.Input input, Map<String, Object> settings, Path model) {
    return of(input, new SoundTold(null, settings), PictureFiles.preprocessor(model));
  }

  private static Optional<SoundInput> of(
      DeclaredInputs.Input input, SoundTold told, Optional<Path> config) {
    if (!(input.type() instanceof ValueType.OfTensor(var type, Shape shape))
        || !type.isFloatingPoint()
        || shape == null) {
      return Optional.empty();
    }
    SoundForm form = new SoundForm(input.name(), shape);
    if (!form.mayBeSound()) {
      return Optional.empty();
    }
    String source = told.source(config);
    try {
      SoundPreprocessing read = told.preprocessing(form, config);
      if (fits(form, read)) {
        return Optional.of(new SoundInput(input.name(), shape, source, fitted(form, read), ""));
      }
      return read.features() == null && told.described().isEmpty()
          ? Optional.empty()
          : refused(input, told, source, "there is no room in " + input + " for " + named(read));
    } catch (DemitasseException e) {
      return refused(input, told, source, e.getMessage());
    }
  }

  /** What was said of an input is wrong there; what only lies beside it may be of another one. */
  private static Optional<SoundInput> refused(
      DeclaredInputs.Input input, SoundTold told, String source, String why) {
    if (told.flags() != null) {
      throw DemitasseException.badRequest(why);
    }
    Shape shape = input.type() instanceof ValueType.OfTensor(var _, Shape known) ? known : null;
    boolean meant =
        !told.described().isEmpty()
            || (shape != null && new SoundForm(input.name(), shape).isOfWhisper());
    return meant && shape != null
        ? Optional.of(new SoundInput(input.name(), shape, source, null, why))
        : Optional.empty();
  }

  private static boolean fits(SoundForm form, SoundPreprocessing read) {
    return read.features() == null
        ? form.isOfSamples()
        : form.timeAxis(read.features()).isPresent();
  }

  /** Log-mel depends on the length of the sound, so that the sound is what is filled or cut. */
  private static SoundPreprocessing fitted(SoundForm form, SoundPreprocessing read) {
    if (!(read.features() instanceof LogMel mel)) {
      return read;
    }
    long frames = form.fixed(form.timeAxis(mel).orElseThrow());
    long given = Math.round(read.seconds() * read.rate()) / mel.hop();
    if (frames == 0 || frames == given) {
      return read;
    }
    throw DemitasseException.badRequest(
        String.format(
            Locale.ROOT,
            "the input '%s' takes %d frames, that is seconds: %s, but %s s give %d",
            form.name(),
            frames,
            (double) frames * mel.hop() / read.rate(),
            read.seconds(),
            given));
  }

  /**
   * The input that a sound becomes.
   *
   * @return the tensor, of type float and with a batch of one, by the name of the input
   * @throws DemitasseException (bad request) when the file cannot be read or is too short, or its
   *     preprocessing is wrong
   */
  public Map<String, Tensor> prepare(Path file) {
    if (preprocessing == null) {
      throw DemitasseException.badRequest(problem);
    }
    Sound sound = Sounds.read(file);
    SoundFeatures features = preprocessing.features();
    return Map.of(
        name,
        features == null
            ? samples(preprocessing, sound)
            : arranged(features, preprocessing.frames(sound)));
  }

  private SoundForm form() {
    return new SoundForm(name, shape);
  }

  private Tensor samples(SoundPreprocessing prepared, Sound sound) {
    int length = Math.toIntExact(form().fixed(shape.rank() - 1));
    float[] samples = prepared.samples(sound, length);
    long[] sizes = new long[shape.rank()];
    Arrays.fill(sizes, 1);
    sizes[sizes.length - 1] = samples.length;
    return Tensor.ofFloats(sizes, samples);
  }

  private Tensor arranged(SoundFeatures features, FeatureFrames frames) {
    int axis = form().timeAxis(features).orElseThrow();
    long fixed = form().fixed(axis);
    FeatureFrames fitting = fixed == 0 ? frames : frames.ofCount(Math.toIntExact(fixed));
    return axis == 1
        ? Tensor.ofFloats(new long[] {1, fitting.count(), fitting.width()}, fitting.values())
        : Tensor.ofFloats(new long[] {1, fitting.width(), fitting.count()}, fitting.byFeature());
  }

  /** What becomes of sounds, in a sentence. */
  public String account() {
    if (preprocessing == null) {
      return problem;
    }
    long length = preprocessing.features() == null ? form().fixed(shape.rank() - 1) : 0;
    double seconds = length > 0 ? (double) length / preprocessing.rate() : preprocessing.seconds();
    return String.format(
        Locale.ROOT,
        "sounds are mixed to one channel of %d Hz%s%s%s%s",
        preprocessing.rate(),
        preprocessing.trim() ? ", without silence at their ends" : "",
        seconds > 0
            ? String.format(Locale.ROOT, ", cut off or followed by silence to %.2f s", seconds)
            : "",
        preprocessing.features() == null ? "" : ", given as " + named(preprocessing),
        source.equals(SoundTold.ASSUMED)
            ? "; say --sound rate=... if the model expects another rate"
            : ", as " + source + " says");
  }

  private static String named(SoundPreprocessing prepared) {
    return switch (prepared.features()) {
      case null -> "samples";
      case LogMel mel -> "log-mel of " + mel.bands() + " bands";
      case Filterbank bands -> "a filter bank of " + bands.bands() + " bands";
      case Mfcc cepstrum -> cepstrum.coefficients() + " cepstral coefficients";
    };
  }
}
