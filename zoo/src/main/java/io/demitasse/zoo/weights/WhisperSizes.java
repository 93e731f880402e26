package io.demitasse.zoo.weights;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.zoo.Whisper;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a file of CTranslate2 says of the sizes of its Whisper, and how it is to be computed. */
final class WhisperSizes {
  private static final String EMBEDDINGS = "decoder/embeddings/weight";
  private static final String PROJECTION = "decoder/projection/weight";
  private static final String HEADS = "/num_heads";
  private static final Pattern LAYER = Pattern.compile("(encoder|decoder)/layer_(\\d{1,4})/.*");

  /** Settings that are not zero: a GELU by the error function, normalization before each part. */
  private static final Map<String, Long> SETTINGS = Map.of("activation", 3L, "pre_norm", 1L);

  /** As many problems as one can read, and a hostile file may have more. */
  private static final int TOLD = 200;

  /** Which heads tell times of words: nothing that the graphs compute. */
  private static final Pattern ALIGNMENT = Pattern.compile("decoder/alignment_(heads|layer)");

  private final CTranslate2File file;
  private final Set<String> problems = new LinkedHashSet<>();

  WhisperSizes(CTranslate2File file) {
    this.file = file;
  }

  /**
   * The sizes.
   *
   * @throws DemitasseException (bad request) when they cannot be told, or are none that can be
   *     built
   */
  Whisper architecture() {
    int width = size("encoder/conv1/weight", 3, 0);
    int mels = size("encoder/conv1/weight", 3, 1);
    int places = size("encoder/position_encodings/encodings", 2, 0);
    int words = size(EMBEDDINGS, 2, 0);
    int positions = size("decoder/position_encodings/encodings", 2, 0);
    int hidden = size("encoder/layer_0/ffn/linear_0/weight", 2, 0);
    int heads = heads();
    requireNone(problems);
    try {
      return new Whisper(
          mels,
          places,
          words,
          positions,
          width,
          layers(Whisper.ENCODER),
          layers(Whisper.DECODER),
          heads,
          hidden);
    } catch (IllegalArgumentException e) {
      throw refused(List.of(String.valueOf(e.getMessage())));
    }
  }

  private int size(String name, int axes, int axis) {
    Tensor tensor = file.variables().get(name);
    if (tensor == null) {
      problems.add("'" + name + "' is missing");
      return 1;
    }
    if (tensor.rank() != axes || tensor.size(axis) > Integer.MAX_VALUE) {
      problems.add("'" + name + "' is " + tensor + ", expected " + axes + " axes");
      return 1;
    }
    return (int) tensor.size(axis);
  }

  private int heads() {
    long heads = number(Whisper.ENCODER + HEADS);
    long others = number(Whisper.DECODER + HEADS);
    if (heads != others) {
      problems.add(
          String.format(
              Locale.ROOT,
              "encoder and decoder must have as many heads, got %d and %d",
              heads,
              others));
    }
    return (int) heads;
  }

  private long number(String name) {
    Tensor tensor = file.variables().get(name);
    if (tensor == null || !isSetting(tensor)) {
      problems.add("'" + name + "' is missing or no whole number");
      return 1;
    }
    return tensor.toLongs()[0];
  }

  private static boolean isSetting(Tensor tensor) {
    DataType type = tensor.dataType();
    boolean whole = type == DataType.INT8 || type == DataType.INT16 || type == DataType.INT32;
    return whole && tensor.rank() == 0;
  }

  /** One more than the highest number of a layer, so that a gap is told as what is missing. */
  private int layers(String part) {
    int layers = 0;
    for (String name : file.variables().keySet()) {
      Matcher matcher = LAYER.matcher(name);
      if (matcher.matches() && matcher.group(1).equals(part)) {
        layers = Math.max(layers, Integer.parseInt(matcher.group(2)) + 1);
      }
    }
    return layers;
  }

  /** What would have to be computed otherwise than {@link Whisper} does. */
  List<String> settingProblems() {
    List<String> wrong = new ArrayList<>();
    file.variables()
        .forEach(
            (name, tensor) -> {
              if (isSetting(tensor) && !name.endsWith(HEADS) && !isAlignment(name)) {
                long expected = SETTINGS.getOrDefault(name.substring(name.indexOf('/') + 1), 0L);
                long got = tensor.toLongs()[0];
                if (got != expected) {
                  wrong.add(
                      String.format(Locale.ROOT, "'%s' is %d, expected %d", name, got, expected));
                }
              }
            });
    Tensor table = file.variables().get(EMBEDDINGS);
    Tensor projection = file.variables().get(PROJECTION);
    if (projection != null && table != null && !projection.contentEquals(table)) {
      wrong.add("'" + PROJECTION + "' is not the table of words");
    }
    return wrong;
  }

  /** What should be weights. */
  List<String> weights() {
    return file.variables().entrySet().stream()
        .filter(entry -> !isSetting(entry.getValue()))
        .map(Map.Entry::getKey)
        .filter(name -> !name.equals(PROJECTION) && !isAlignment(name))
        .toList();
  }

  private static boolean isAlignment(String name) {
    return ALIGNMENT.matcher(name).matches();
  }

  void requireNone(Set<String> found) {
    if (!found.isEmpty()) {
      throw refused(found);
    }
  }

  private DemitasseException refused(Collection<String> found) {
    String more = found.size() > TOLD ? "\n  and " + (found.size() - TOLD) + " more" : "";
    return DemitasseException.badRequest(
        file.path()
            + " holds no Whisper that can be taken over:\n  - "
            + found.stream().limit(TOLD).collect(Collectors.joining("\n  - "))
            + more);
  }
}
