package io.demitasse.media.program;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Model;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.ValueType;
import io.demitasse.media.DeclaredInputs;
import io.demitasse.media.sound.Sounds;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * How a sound becomes the one input of a model by itself, which takes samples: float {@code [N]},
 * {@code [B,N]} or {@code [B,1,N]}. A fixed length cuts longer sounds off at their end, and shorter
 * ones are followed by silence.
 *
 * @param name of the input
 * @param shape that it declares
 * @param said the rate in hertz that somebody said; empty for {@value #USUAL_RATE}
 */
public record SoundInput(String name, Shape shape, OptionalInt said) {
  /** The rate of most models of speech. */
  private static final int USUAL_RATE = 16_000;

  /** The shortest fixed length that is taken for one of a sound: what is shorter is no sound. */
  private static final long SHORTEST = 400;

  private static final String KEY = "rate=";

  /**
   * The sound that a model takes.
   *
   * @param settings {@code rate=} and a number of hertz; null where nobody says anything
   * @return empty when the model takes something else
   * @throws DemitasseException (bad request) when the settings are not of that form, or are for a
   *     model that takes no sound
   */
  static Optional<SoundInput> of(Model model, @Nullable String settings) {
    OptionalInt rate = settings == null ? OptionalInt.empty() : OptionalInt.of(rate(settings));
    DeclaredInputs inputs = DeclaredInputs.of(model);
    List<DeclaredInputs.Input> required = inputs.required();
    Optional<SoundInput> found =
        required.size() == 1 ? of(required.getFirst(), rate) : Optional.empty();
    if (settings != null && found.isEmpty()) {
      throw DemitasseException.badRequest(
          "--sound says how sounds are prepared, but the model takes none: " + inputs + ".");
    }
    return found;
  }

  private static Optional<SoundInput> of(DeclaredInputs.Input input, OptionalInt rate) {
    return input.type() instanceof ValueType.OfTensor(DataType type, Shape shape)
            && type.isFloatingPoint()
            && shape != null
            && isOfSamples(shape)
        ? Optional.of(new SoundInput(input.name(), shape, rate))
        : Optional.empty();
  }

  private static boolean isOfSamples(Shape shape) {
    int rank = shape.rank();
    return rank >= 1
        && rank <= 3
        && !(shape.dim(-1) instanceof Dim.Fixed(long length) && length < SHORTEST)
        && (rank == 1 || !(shape.dim(0) instanceof Dim.Fixed(long batch) && batch != 1))
        && (rank < 3 || (shape.dim(1) instanceof Dim.Fixed(long channels) && channels == 1));
  }

  private static int rate(String settings) {
    String number = settings.startsWith(KEY) ? settings.substring(KEY.length()).strip() : "";
    if (!number.matches("[1-9]\\d{0,5}")) {
      throw DemitasseException.badRequest(
          "Sounds are prepared as in --sound rate=16000, a number of hertz below a million; got '"
              + settings
              + "'.");
    }
    return Integer.parseInt(number);
  }

  /** The rate that sounds are brought to, in hertz. */
  int rate() {
    return said.orElse(USUAL_RATE);
  }

  /**
   * The input that a sound becomes.
   *
   * @throws DemitasseException (bad request) when it cannot be read
   */
  Map<String, Tensor> prepare(Path file) {
    float[] samples = Sounds.read(file).at(rate()).samples();
    long[] sizes = new long[shape.rank()];
    Arrays.fill(sizes, 1);
    float[] fitting =
        shape.dim(-1) instanceof Dim.Fixed(long length)
            ? Arrays.copyOf(samples, Math.toIntExact(length))
            : samples;
    sizes[sizes.length - 1] = fitting.length;
    return Map.of(name, Tensor.ofFloats(sizes, fitting));
  }

  /** What becomes of sounds, in a sentence. */
  public String account() {
    String length =
        shape.dim(-1) instanceof Dim.Fixed(long samples)
            ? String.format(
                Locale.ROOT,
                ", cut off or followed by silence to %.2f s",
                (double) samples / rate())
            : "";
    return String.format(
        Locale.ROOT,
        "sounds are mixed to one channel of %d Hz%s%s",
        rate(),
        length,
        said.isPresent() ? "" : "; say --sound rate=... if the model expects another rate");
  }
}
