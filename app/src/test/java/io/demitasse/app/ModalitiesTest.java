package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.Compressed;
import io.demitasse.Demitasse;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.evaluate.Dependence;
import io.demitasse.evaluate.PairedTiming;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.manifest.Manifest.Modality;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Recipes;
import io.demitasse.report.ByModality;
import io.demitasse.report.Reports;
import io.demitasse.run.SaliencyChoice;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model that sees a picture and tokens is told by both, from the model to the report. */
final class ModalitiesTest {
  private static final Samples SAMPLES =
      Samples.of(
          "pictures with words", IntStream.range(0, 24).mapToObj(ModalitiesTest::sample).toList());

  @TempDir private Path folder;
  private Path model;

  @BeforeEach
  void writeModel() {
    model = folder.resolve("model.onnx");
    Ports.find()
        .format()
        .write(
            TextGraph.parse(
                """
                ir 8, opset 17
                graph g(pixel_values: float[1,3,14,14], input_ids: int64[1,4])
                    -> (logits: float[1,5]) {
                  flat = int64[2] {1, 588}
                  axes = int64[1] {1}
                  w = float[588,64] ~ 1
                  table = float[50,64] ~ 2
                  v = float[64,5] ~ 3
                  pixels = Reshape(pixel_values, flat)
                  seen = MatMul(pixels, w)
                  words = Gather(table, input_ids)
                  read = ReduceSum(words, axes) <keepdims=0>
                  both = Add(seen, read)
                  logits = MatMul(both, v)
                }
                """),
            model,
            ModelFormat.WriteOptions.DEFAULT);
  }

  private static Sample sample(int index) {
    Random random = new Random(index);
    float[] pixels = new float[3 * 14 * 14];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) random.nextGaussian() / 8;
    }
    long[] ids = random.longs(4, 0, 50).toArray();
    return new Sample.Tensors(
        "sample " + index,
        Map.of(
            "pixel_values", Tensor.ofFloats(new long[] {1, 3, 14, 14}, pixels),
            "input_ids", Tensor.ofLongs(new long[] {1, 4}, ids)));
  }

  private Demitasse job() {
    return open()
        .recipe(
            Recipes.parse("demitasse: 1\nsteps:\n- pass: quantize-weights\n", "the test's recipe"));
  }

  private Demitasse open() {
    return Demitasse.open(model).data(SAMPLES).effort(new PairedTiming.Effort(3, 3, 1)).threads(2);
  }

  @Test
  void theReportTellsOfEachModalityAndOfFusion() {
    try (Compressed small = job().compress()) {
      ByModality told = small.report().checks().modalities();

      assertThat(told.shares())
          .extracting(ByModality.Share::modalities)
          .startsWith(
              Set.of(Modality.IMAGE), Set.of(Modality.TEXT), Set.of(Modality.TEXT, Modality.IMAGE));
      assertThat(told.shares())
          .extracting(ByModality.Share::bytesBefore)
          .startsWith(588 * 64 * 4 + 16L, 50 * 64 * 4 + 8L, 64 * 5 * 4L);
      assertThat(told.shares().getFirst().operationsBefore()).isGreaterThan(.9);
      assertThat(told.shares().get(1).operationsBefore()).isZero();
      assertThat(told.meetings()).hasSize(1);
      assertThat(told.dependence())
          .extracting(Dependence::modality)
          .containsExactly(Modality.TEXT, Modality.IMAGE);
      assertThat(told.dependence())
          .allSatisfy(each -> assertThat(each.before().value()).isPositive());
      assertThat(told.saliency()).isNotEmpty();
      assertThat(told.alike()).isGreaterThan(.8);
      assertThat(Reports.json(small.report()))
          .contains("\"modalities\" : {", "\"bytesBefore\" : 150544", "\"dependence\" : [");
    }
  }

  @Test
  void saliencyIsLeftOutWhereNobodyWantsItAndQuickResultsAreNotMeasured() {
    try (Compressed small = job().saliency(SaliencyChoice.NEVER).compress()) {
      assertThat(small.report().checks().modalities().saliency()).isEmpty();
      assertThat(small.report().checks().modalities().alike()).isNull();
      assertThat(small.report().checks().modalities().dependence()).hasSize(2);
    }
    try (Compressed small = open().quick().compress()) {
      assertThat(small.report().checks().modalities()).isEqualTo(ByModality.NONE);
    }
  }

  @Test
  void aModelOfOneModalityHasNothingToDivideButShowsWhatItLooksAtWhereAsked() {
    Ports.find()
        .format()
        .write(
            TextGraph.parse(
                """
                ir 8, opset 17
                graph g(pixel_values: float[1,3,14,14]) -> (logits: float[1,5]) {
                  flat = int64[2] {1, 588}
                  w = float[588,5] ~ 1
                  pixels = Reshape(pixel_values, flat)
                  logits = MatMul(pixels, w)
                }
                """),
            model,
            ModelFormat.WriteOptions.DEFAULT);
    Samples pictures =
        Samples.of(
            "pictures",
            IntStream.range(0, 12)
                .mapToObj(ModalitiesTest::sample)
                .map(
                    both ->
                        new Sample.Tensors(
                            both.id(),
                            Map.of(
                                "pixel_values",
                                ((Sample.Tensors) both).inputs().get("pixel_values"))))
                .toList());
    try (Compressed small = job().data(pictures).compress()) {
      assertThat(small.report().checks().modalities()).isEqualTo(ByModality.NONE);
    }
    try (Compressed small = job().data(pictures).saliency(SaliencyChoice.ALWAYS).compress()) {
      assertThat(small.report().checks().modalities().shares()).isEmpty();
      assertThat(small.report().checks().modalities().saliency()).hasSize(6);
    }
  }
}
