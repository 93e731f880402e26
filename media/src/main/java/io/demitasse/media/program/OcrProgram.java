package io.demitasse.media.program;

import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.media.image.Picture;
import io.demitasse.media.image.Pictures;
import io.demitasse.media.ocr.Box;
import io.demitasse.media.ocr.Boxes;
import io.demitasse.media.ocr.CtcDecoder;
import io.demitasse.media.ocr.Detection;
import io.demitasse.media.ocr.DetectorInput;
import io.demitasse.media.ocr.LineBatch;
import io.demitasse.media.ocr.LineCuts;
import io.demitasse.media.ocr.LineImage;
import io.demitasse.media.ocr.OcrSettings;
import io.demitasse.media.ocr.ReadLine;
import io.demitasse.media.ocr.ReadingOrder;
import io.demitasse.media.ocr.TextBoxes;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads the text in a picture, and says what each line means.
 *
 * <pre>
 *   page ── detector ── boxes ── cut out ── classifier ── upright ── recognizer ── lines ── text ── embeddings
 * </pre>
 *
 * <p>Parts: {@value #DETECTOR} (a map of where text is), {@value #RECOGNIZER} (scores of
 * characters), and where the bundle has them {@value #CLASSIFIER} (whether a line is upside down)
 * and {@value #TEXT} (a text encoder).
 *
 * <p>Samples: a picture's file, or tensors with an {@value #IMAGE} uint8 {@code [h,w,3]}, red
 * first. Beside it {@value #BOXES} float {@code [n,4,2]} may say where the lines are, as clockwise
 * corners {@code x, y} from the text's own top left; then they are only recognized, and all are
 * kept. A text is only embedded.
 *
 * <p>Outputs, of n lines in the order they are read: {@value #TEXT} (strings {@code [n]}), {@value
 * #BOXES} (float {@code [n,4,2]}, in pixels of the picture), {@value #CONFIDENCE} (float {@code
 * [n]}), {@value #MAP} (bool {@code [H,W]}, where the detector's map is over its threshold; not for
 * given boxes), and {@value SingleProgram#EMBEDDING} (float {@code [n,H]}, with an encoder). A page
 * without text has n = 0. A text gives its {@value SingleProgram#EMBEDDING} {@code [1,H]} alone.
 */
public final class OcrProgram implements Program {
  /** The name this program goes by. */
  public static final String NAME = "ocr";

  public static final String DETECTOR = "detector";
  public static final String CLASSIFIER = "classifier";
  public static final String RECOGNIZER = "recognizer";

  /** The part that embeds, and the output with the lines. */
  public static final String TEXT = "text";

  public static final String IMAGE = "image";
  public static final String BOXES = "boxes";
  public static final String CONFIDENCE = "confidence";
  public static final String MAP = "map";

  /** Found boxes must be wider and higher than this, in pixels of the picture. */
  private static final double SPECK = 3;

  private final OcrSettings settings;
  private final Map<String, String> inputs;
  private final TextBoxes finder;
  private final CtcDecoder decoder;
  private final @Nullable TextEncoder encoder;

  private OcrProgram(
      OcrSettings settings,
      Map<String, String> inputs,
      CtcDecoder decoder,
      @Nullable TextEncoder encoder) {
    this.settings = settings;
    this.inputs = Map.copyOf(inputs);
    this.finder = new TextBoxes(settings.detector());
    this.decoder = decoder;
    this.encoder = encoder;
  }

  /**
   * The program of a bundle.
   *
   * @param keys what the recognizer's classes stand for, without the blank and the space
   * @param encoder of the part {@value #TEXT}, which the program closes; null where lines are not
   *     to be embedded
   * @throws DemitasseException (bad request) when the parts do not fit, with all reasons
   */
  public static OcrProgram of(
      Bundle bundle, OcrSettings settings, List<String> keys, @Nullable TextEncoder encoder) {
    List<String> problems = problems(bundle, settings, keys);
    if (!problems.isEmpty()) {
      throw DemitasseException.badRequest(
          "The program 'ocr' cannot run this bundle:\n  - " + String.join("\n  - ", problems));
    }
    OcrParts parts = new OcrParts(bundle, settings.lines(), keys.size());
    return new OcrProgram(settings, parts.pictureInputs(), new CtcDecoder(keys), encoder);
  }

  /** Everything in which parts, settings and keys do not fit each other. */
  public static List<String> problems(Bundle bundle, OcrSettings settings, List<String> keys) {
    return new OcrParts(bundle, settings.lines(), keys.size()).problems();
  }

  @Override
  public String name() {
    return NAME;
  }

  /** Whether lines are embedded. */
  public boolean embeds() {
    return encoder != null;
  }

  /** A line in its place. */
  private record Found(Box box, ReadLine line) {

    static List<Found> all(List<LineImage> lines, List<ReadLine> read) {
      return IntStream.range(0, lines.size())
          .mapToObj(i -> new Found(lines.get(i).box(), read.get(i)))
          .toList();
    }
  }

  @Override
  public Map<String, Tensor> run(Sample sample, Parts parts) {
    try {
      return switch (sample) {
        case Sample.File(String _, var path, var _) -> page(Pictures.read(path), parts);
        case Sample.Tensors(String _, Map<String, Tensor> tensors, var _) -> given(tensors, parts);
        case Sample.Text(String _, String text, var _) ->
            Map.of(SingleProgram.EMBEDDING, embeddings(List.of(text), parts));
      };
    } catch (DemitasseException e) {
      throw new DemitasseException(
          e.kind(), "Sample " + sample.id() + " cannot be used: " + e.getMessage(), e);
    }
  }

  private Map<String, Tensor> page(Picture picture, Parts parts) {
    DetectorInput input = DetectorInput.of(picture, settings.detector());
    Detection detection =
        parts.read(DETECTOR, input(DETECTOR, input.tensor()), out -> finder.find(only(out)));
    List<Box> boxes =
        detection.boxes().stream()
            .map(input.frame()::toPicture)
            .filter(box -> (int) box.width() > SPECK && (int) box.height() > SPECK)
            .map(LineCuts::alongText)
            .toList();
    List<Found> kept =
        readEitherWay(LineCuts.cut(picture, boxes), parts).stream().filter(this::isText).toList();
    int[] order = ReadingOrder.of(kept.stream().map(Found::box).toList());
    Map<String, Tensor> outputs = outputs(Arrays.stream(order).mapToObj(kept::get).toList(), parts);
    outputs.put(MAP, detection.map().asTensor());
    return outputs;
  }

  private boolean isText(Found found) {
    return !found.line().text().isBlank()
        && found.line().confidence() >= settings.lines().threshold();
  }

  /**
   * Reads lines as the classifier turned them. It errs on single lines, so one that makes no text
   * upside down is read as it was found.
   */
  private List<Found> readEitherWay(List<LineImage> lines, Parts parts) {
    List<LineImage> upright = turned(lines, parts);
    List<Found> found = new ArrayList<>(Found.all(upright, recognize(upright, parts)));
    int[] doubtful =
        IntStream.range(0, lines.size())
            .filter(i -> !upright.get(i).box().equals(lines.get(i).box()) && !isText(found.get(i)))
            .toArray();
    List<LineImage> again = Arrays.stream(doubtful).mapToObj(lines::get).toList();
    List<Found> otherwise = Found.all(again, recognize(again, parts));
    for (int i = 0; i < doubtful.length; i++) {
      found.set(doubtful[i], otherwise.get(i));
    }
    return found;
  }

  /** The lines, those that are upside down turned. */
  private List<LineImage> turned(List<LineImage> lines, Parts parts) {
    List<LineImage> upright = new ArrayList<>(lines);
    if (!inputs.containsKey(CLASSIFIER)) {
      return upright;
    }
    for (LineBatch batch : LineBatch.forClassifier(lines, settings.lines())) {
      List<Boolean> upsideDown =
          parts.read(CLASSIFIER, input(CLASSIFIER, batch.input()), out -> upsideDown(only(out)));
      for (int i = 0; i < upsideDown.size(); i++) {
        if (upsideDown.get(i)) {
          int line = batch.lines().get(i);
          upright.set(line, lines.get(line).turned());
        }
      }
    }
    return upright;
  }

  /** Which lines of scores float {@code [B,2]} are upside down. */
  private List<Boolean> upsideDown(Tensor scores) {
    if (scores.rank() != 2 || scores.size(1) != 2) {
      throw DemitasseException.badRequest(
          "The classifier must give scores float[B,2], upright and upside down, but it gives "
              + scores
              + ".");
    }
    float[] values = scores.toFloats();
    return IntStream.range(0, values.length / 2)
        .mapToObj(i -> values[2 * i + 1] > (float) settings.lines().turnThreshold())
        .toList();
  }

  private List<ReadLine> recognize(List<LineImage> lines, Parts parts) {
    ReadLine[] read = new ReadLine[lines.size()];
    for (LineBatch batch : LineBatch.forRecognizer(lines, settings.lines())) {
      List<ReadLine> batchRead =
          parts.read(
              RECOGNIZER, input(RECOGNIZER, batch.input()), out -> decoder.decode(only(out)));
      for (int i = 0; i < batchRead.size(); i++) {
        read[batch.lines().get(i)] = batchRead.get(i);
      }
    }
    return List.of(read);
  }

  private Map<String, Tensor> given(Map<String, Tensor> tensors, Parts parts) {
    Tensor image = tensors.get(IMAGE);
    if (image == null
        || image.dataType() != DataType.UINT8
        || image.rank() != 3
        || image.size(2) != 3) {
      throw DemitasseException.badRequest("it needs an image: uint8[h,w,3], got " + tensors);
    }
    Picture picture =
        new Picture(
            Math.toIntExact(image.size(1)),
            Math.toIntExact(image.size(0)),
            image.bytes().toArray(ValueLayout.JAVA_BYTE));
    Tensor places = tensors.get(BOXES);
    if (places == null) {
      return page(picture, parts);
    }
    List<LineImage> lines = LineCuts.cut(picture, Boxes.of(places));
    return outputs(Found.all(lines, recognize(lines, parts)), parts);
  }

  private Map<String, Tensor> outputs(List<Found> found, Parts parts) {
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    long n = found.size();
    List<String> texts = found.stream().map(line -> line.line().text().strip()).toList();
    float[] confidences = new float[found.size()];
    for (int i = 0; i < n; i++) {
      confidences[i] = (float) found.get(i).line().confidence();
    }
    outputs.put(
        TEXT,
        Tensor.ofStrings(
            new long[] {n},
            texts.stream().map(text -> text.getBytes(StandardCharsets.UTF_8)).toList()));
    outputs.put(BOXES, Boxes.tensor(found.stream().map(Found::box).toList()));
    outputs.put(CONFIDENCE, Tensor.ofFloats(new long[] {n}, confidences));
    if (encoder != null) {
      outputs.put(SingleProgram.EMBEDDING, embeddings(texts, parts));
    }
    return outputs;
  }

  /** Float {@code [texts,H]}, each text by itself: so none depends on the others. */
  private Tensor embeddings(List<String> texts, Parts parts) {
    if (encoder == null) {
      throw DemitasseException.badRequest(
          "this bundle has no part 'text' that embeds, or no tokenizer.json for it");
    }
    List<float[]> rows =
        texts.stream().map(text -> encoder.embed(text, TEXT, parts).toFloats()).toList();
    int width = rows.isEmpty() ? 0 : rows.getFirst().length;
    float[] all = new float[rows.size() * width];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, all, i * width, width);
    }
    return Tensor.ofFloats(new long[] {rows.size(), width}, all);
  }

  private Map<String, Tensor> input(String part, Tensor tensor) {
    return Map.of(inputs.get(part), tensor);
  }

  private static Tensor only(Map<String, Tensor> outputs) {
    return outputs.values().iterator().next();
  }

  /** Frees the tokenizer. */
  @Override
  public void close() {
    if (encoder != null) {
      encoder.close();
    }
  }
}
