package io.demitasse.passes.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Model;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.Sentences;
import io.demitasse.passes.Sentences.Pooling;
import io.demitasse.passes.clean.UpgradeOpset;
import io.demitasse.passes.fuse.FuseGelu;
import io.demitasse.passes.fuse.FuseLayerNorm;
import io.demitasse.passes.fuse.FuseSkipLayerNorm;
import io.demitasse.pipeline.Change;
import io.demitasse.pipeline.PartContext;
import io.demitasse.port.ModelFormat.WriteOptions;
import io.demitasse.port.Ports;
import io.demitasse.recipe.Step;
import io.demitasse.testkit.RealModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The passes together, on the text encoders people use. */
class QuantizeTextEncodersTest {
  @TempDir private Path folder;

  private static long apply(ModelPass pass, Model model) {
    PartContext context =
        new PartContext("model", model, model, Step.of(pass, Where.EVERYWHERE), 1);
    context.with(Sentences.seen(pass.observations(model, context), model));
    pass.apply(model, context);
    return context.changes().stream().filter(Change::applied).count();
  }

  private long written(Model model) throws IOException {
    Path file = folder.resolve("small.onnx");
    Ports.find().format().write(model, file, WriteOptions.DEFAULT);
    return Files.size(file);
  }

  @Test
  void miniLmTakesAQuarterAndMeansTheSame() throws IOException {
    Model model = RealModels.read(RealModels.MINILM);
    List<double[]> original = Sentences.embed(model, Pooling.MEAN);
    apply(PassOptions.defaults(UpgradeOpset.class), model);
    assertThat(apply(new FuseLayerNorm(), model)).isEqualTo(13);
    assertThat(apply(new FuseSkipLayerNorm(), model)).isEqualTo(13);
    assertThat(apply(PassOptions.defaults(FuseGelu.class), model)).isEqualTo(6);
    double[] fused = Sentences.cosines(original, Sentences.embed(model, Pooling.MEAN));
    assertThat(Arrays.stream(fused).min().orElseThrow()).isGreaterThan(.99999);
    assertThat(apply(PassOptions.defaults(QuantizeDynamic.class), model)).isEqualTo(38);
    double[] cosines = Sentences.cosines(original, Sentences.embed(model, Pooling.MEAN));
    assertThat(Arrays.stream(cosines).average().orElseThrow()).isBetween(.99, .9999);
    assertThat(Arrays.stream(cosines).min().orElseThrow()).isGreaterThan(.975);
    assertThat(written(model)).isLessThan(23_500_000);
  }
}
