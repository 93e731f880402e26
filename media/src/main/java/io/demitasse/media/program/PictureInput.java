package io.demitasse.media.program;

import io.demitasse.data.InputShapes;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Model;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.ValueType;
import io.demitasse.media.DeclaredInputs;
import io.demitasse.media.image.ChannelOrder;
import io.demitasse.media.image.ImagePreprocessing;
import io.demitasse.media.image.Normalization;
import io.demitasse.media.image.Pictures;
import io.demitasse.media.image.PreprocessingFlags;
import io.demitasse.media.image.PreprocessorConfig;
import io.demitasse.media.image.Resampling;
import io.demitasse.media.image.Resize;
import io.demitasse.media.image.Size;
import io.demitasse.media.image.TensorLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a picture becomes the one input of a model by itself: as flags say, else as the manifest
 * does, else as the {@value PreprocessorConfig#FILE} beside the model, else as for ImageNet.
 *
 * @param name of the input
 * @param source where the preprocessing is from, as a person would say it
 * @param preprocessing null where it is wrong, which matters only to who gives pictures
 * @param problem what is wrong then
 */
public record PictureInput(
    String name, String source, @Nullable ImagePreprocessing preprocessing, String problem) {
  private static final String ASSUMED = "the usual for ImageNet";

  private static final Normalization IMAGENET =
      new Normalization(1 / 255.0, List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225));

  private static final int SIDE = 224;

  /**
   * What somebody said of the pictures.
   *
   * @param flags as {@link PreprocessingFlags} reads them; null where there are none
   * @param described the manifest's keys; empty where it says nothing
   */
  record Told(@Nullable String flags, Map<String, Object> described) {
    static final Told NOTHING = new Told(null, Map.of());
  }

  /**
   * The picture that a model takes.
   *
   * @param config the preprocessor configuration that lies beside it
   * @return empty when the model takes something else
   */
  static Optional<PictureInput> of(Model model, Told told, Optional<Path> config) {
    List<DeclaredInputs.Input> required = DeclaredInputs.of(model).required();
    return required.size() == 1 ? of(model, required.getFirst(), told, config) : Optional.empty();
  }

  /** The picture that one of several inputs takes; empty when it takes something else. */
  static Optional<PictureInput> of(
      Model model, DeclaredInputs.Input input, Told told, Optional<Path> config) {
    return Form.of(input, model).map(form -> form.input(told, config));
  }

  /** The pictures in color that an input of another form takes, one by one, channels first. */
  static PictureInput of(String name, Size size, Told told, Optional<Path> config) {
    return new Form(name, TensorLayout.NCHW, ChannelOrder.RGB, size).input(told, config);
  }

  /**
   * The input that a picture becomes.
   *
   * @throws DemitasseException (bad request) when it cannot be read, or its preprocessing is wrong
   */
  Map<String, Tensor> prepare(Path picture) {
    if (preprocessing == null) {
      throw DemitasseException.badRequest(problem);
    }
    return Map.of(name, preprocessing.tensor(Pictures.read(picture)));
  }

  /** What is only assumed of the pictures, in a sentence; empty where somebody said it. */
  public Optional<String> assumption() {
    if (!source.equals(ASSUMED) || preprocessing == null) {
      return Optional.empty();
    }
    Size size = preprocessing.resize().of(new Size(SIDE, SIDE));
    return Optional.of(
        String.format(
            Locale.ROOT,
            "there is no %s: pictures are resized to %dx%d and normalized %s; say"
                + " --image size=...,mean=...,std=... if the model expects otherwise",
            PreprocessorConfig.FILE,
            size.width(),
            size.height(),
            preprocessing.channels() == ChannelOrder.GRAY ? "to 0 to 1" : "as for ImageNet"));
  }

  /** What an input says of the pictures it takes. */
  private record Form(String name, TensorLayout layout, ChannelOrder channels, Size size) {

    static Optional<Form> of(DeclaredInputs.Input input, Model model) {
      if (!(input.type() instanceof ValueType.OfTensor(DataType type, Shape shape))
          || !type.isFloatingPoint()
          || shape == null
          || shape.rank() != 4) {
        return Optional.empty();
      }
      if (channels(shape, 1) != null) {
        return Optional.of(
            new Form(
                input.name(), TensorLayout.NCHW, order(shape, 1), size(input, model, shape, 2)));
      }
      if (channels(shape, 3) != null) {
        return Optional.of(
            new Form(
                input.name(), TensorLayout.NHWC, order(shape, 3), size(input, model, shape, 1)));
      }
      return input.name().equals("pixel_values")
          ? Optional.of(
              new Form(
                  input.name(), TensorLayout.NCHW, ChannelOrder.RGB, size(input, model, shape, 2)))
          : Optional.empty();
    }

    private static @Nullable Long channels(Shape shape, int axis) {
      return shape.dim(axis) instanceof Dim.Fixed(long count) && (count == 1 || count == 3)
          ? Long.valueOf(count)
          : null;
    }

    private static ChannelOrder order(Shape shape, int axis) {
      Long count = channels(shape, axis);
      return count != null && count == 1 ? ChannelOrder.GRAY : ChannelOrder.RGB;
    }

    private static Size size(DeclaredInputs.Input input, Model model, Shape shape, int axis) {
      return new Size(side(input, model, shape, axis + 1), side(input, model, shape, axis));
    }

    /** The size along an axis as declared, else as models of that kind usually have it. */
    private static int side(DeclaredInputs.Input input, Model model, Shape shape, int axis) {
      if (shape.dim(axis) instanceof Dim.Fixed(long side)
          && side >= 1
          && side <= Pictures.LONGEST_SIDE) {
        return (int) side;
      }
      try {
        long[] guessed = InputShapes.of(model.graph(), Map.of()).get(input.name());
        return guessed == null ? SIDE : Math.clamp(guessed[axis], 1, Pictures.LONGEST_SIDE);
      } catch (DemitasseException e) {
        return SIDE;
      }
    }

    PictureInput input(Told told, Optional<Path> config) {
      String source =
          !told.described().isEmpty() ? "bundle.yaml" : config.map(Path::toString).orElse(ASSUMED);
      if (told.flags() != null) {
        ImagePreprocessing base = source.equals(ASSUMED) ? usual() : said(told, config);
        return new PictureInput(name, "--image", PreprocessingFlags.over(base, told.flags()), "");
      }
      try {
        ImagePreprocessing said = source.equals(ASSUMED) ? usual() : said(told, config);
        return new PictureInput(name, source, said, "");
      } catch (DemitasseException e) {
        return new PictureInput(name, source, null, e.getMessage());
      }
    }

    private static ImagePreprocessing said(Told told, Optional<Path> config) {
      return told.described().isEmpty()
          ? PreprocessorConfig.read(config.orElseThrow(), _ -> {})
          : described(told.described());
    }

    private static ImagePreprocessing described(Map<String, Object> settings) {
      List<String> problems = new ArrayList<>();
      ImagePreprocessing read = ImagePreprocessing.of(settings, "the preprocessing", problems);
      if (!problems.isEmpty()) {
        throw DemitasseException.badRequest(String.join("; ", problems));
      }
      return read;
    }

    private ImagePreprocessing usual() {
      return new ImagePreprocessing(
          new Resize.Exact(size),
          Resampling.PILLOW_BILINEAR,
          null,
          null,
          channels == ChannelOrder.GRAY ? Normalization.UNIT : IMAGENET,
          channels,
          layout);
    }
  }
}
