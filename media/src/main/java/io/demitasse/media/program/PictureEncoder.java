package io.demitasse.media.program;

import io.demitasse.data.Program;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.ValueType;
import io.demitasse.media.DeclaredInputs;
import io.demitasse.media.image.ImagePreprocessing;
import io.demitasse.media.image.Picture;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What surrounds a part that embeds pictures: their preparation before, finding the vector after.
 *
 * @param inputs of the part: one, the picture
 */
public record PictureEncoder(DeclaredInputs inputs, ImagePreprocessing preprocessing) {
  /** A wide and a high picture, all black. */
  private static final List<Picture> TRIED =
      List.of(new Picture(40, 30, new byte[3600]), new Picture(30, 40, new byte[3600]));

  /**
   * Everything in which a model and what is made of pictures do not fit.
   *
   * @param part what messages call it
   * @param preprocessing null where that is wrong by itself
   */
  static List<String> problems(
      String part, Model model, @Nullable ImagePreprocessing preprocessing) {
    List<String> problems = new ArrayList<>();
    DeclaredInputs inputs = DeclaredInputs.of(model);
    if (inputs.required().size() != 1 || !takesPictures(inputs.required().getFirst())) {
      problems.add(
          String.format(
              Locale.ROOT,
              "part '%s' must take one picture float[B,3,H,W], but it takes %s",
              part,
              inputs));
    }
    if (!problems.isEmpty() || preprocessing == null) {
      return problems;
    }
    for (Picture picture : TRIED) {
      try {
        Tensor prepared = preprocessing.tensor(picture);
        inputs.fit(Map.of(inputs.required().getFirst().name(), prepared));
      } catch (DemitasseException e) {
        problems.add(
            String.format(
                Locale.ROOT,
                "part '%s' does not take what its preprocessing makes of a picture of %d x %d"
                    + " pixels: %s",
                part,
                picture.width(),
                picture.height(),
                e.getMessage()));
        break;
      }
    }
    return problems;
  }

  private static boolean takesPictures(DeclaredInputs.Input input) {
    return input.type() == null
        || (input.type() instanceof ValueType.OfTensor(DataType type, Shape shape)
            && type.isFloatingPoint()
            && (shape == null || shape.rank() == 4));
  }

  /** The name of the input that takes the picture. */
  String input() {
    return inputs.required().getFirst().name();
  }

  /**
   * Embeds a picture.
   *
   * @param part name of the part
   * @return float {@code [H]}
   * @throws DemitasseException (bad request) when the picture does not fit, or the part gives no
   *     embedding
   */
  public Tensor embed(Picture picture, String part, Program.Parts parts) {
    return embed(Map.of(input(), preprocessing.tensor(picture)), part, parts);
  }

  /** Embeds a picture that has been prepared, float {@code [1,3,H,W]}. */
  Tensor embed(Map<String, Tensor> prepared, String part, Program.Parts parts) {
    return parts.read(
        part,
        inputs.fit(prepared),
        outputs -> TowerEmbedding.find(outputs).orElseThrow(() -> withoutEmbedding(part, outputs)));
  }

  private static DemitasseException withoutEmbedding(String part, Map<String, Tensor> outputs) {
    return DemitasseException.badRequest(
        String.format(
            Locale.ROOT,
            "The part '%s' must give an embedding, a float output [1,H], but it gives %s. Give a"
                + " model that embeds pictures.",
            part,
            outputs));
  }
}
