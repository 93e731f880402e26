package io.demitasse.testkit;

import io.demitasse.data.Sample;
import io.demitasse.data.SyntheticInputs;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import java.util.Map;
import java.util.Random;

/** Small made-up inputs that fit the models of {@link RealModels}. */
public final class RealInputs {
  private static final int WIDTH = 96;

  private RealInputs() {}

  /** A picture for the models that read one, otherwise what names and types suggest. */
  public static Map<String, Tensor> of(String resource, Model model) {
    if (!RealModels.OCR.contains(resource)) {
      Sample sample = SyntheticInputs.of(model.graph(), 7, 1, Map.of()).get(0);
      return ((Sample.Tensors) sample).inputs();
    }
    int height = resource.contains("_det_") ? 64 : 48; // detectors halve five times
    double[] pixels = new Random(7).doubles(3L * height * WIDTH, -1, 1).toArray();
    return Map.of("x", Tensor.ofNumbers(DataType.FLOAT, new long[] {1, 3, height, WIDTH}, pixels));
  }
}
