package io.demitasse.bench;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the late fusion that answers questions sees in a picture before it knows of a question: a
 * vector for each patch, or their mean.
 */
final class PictureFeatures implements AutoCloseable {
  private static final String REGIONS = "vision.norm";
  private static final String MEAN = "vision.mean";

  private final PictureQuestions program;
  private final Runtime.Session session;
  private final String name;
  private final Map<Path, Tensor> known = new HashMap<>();

  private PictureFeatures(PictureQuestions program, Runtime.Session session, String name) {
    this.program = program;
    this.session = session;
    this.name = name;
  }

  /**
   * The features of the model in a folder.
   *
   * @param regions whether there is a vector for each patch
   */
  static PictureFeatures of(Path models, boolean regions, Ports ports, int threads) {
    Model model = ports.format().read(models.resolve("late.onnx"));
    String name = regions ? REGIONS : MEAN;
    Value features = Objects.requireNonNull(model.graph().find(name), name);
    features.type(new ValueType.OfTensor(DataType.FLOAT, null));
    model.graph().addOutput(features);
    return new PictureFeatures(
        PictureQuestions.in(models),
        ports.runtime().open(model, Runtime.SessionOptions.of(threads)),
        name);
  }

  /** Those of a picture, {@code [1,size]} or {@code [1,patches,size]}. */
  Tensor of(Path picture) {
    return known.computeIfAbsent(
        picture,
        each -> {
          Map<String, Tensor> inputs = new HashMap<>(program.tokens(List.of("what shape?")));
          inputs.put("pixel_values", program.picture(each));
          return Objects.requireNonNull(session.run(inputs).get(name));
        });
  }

  /** How many numbers a vector has. */
  int size(Path picture) {
    long[] sizes = of(picture).sizes();
    return (int) sizes[sizes.length - 1];
  }

  @Override
  public void close() {
    session.close();
    program.close();
  }
}
