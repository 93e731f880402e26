package io.demitasse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ops.ModelSummary;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What {@code inspect} tells of the published sizes is what their authors, and the libraries that
 * hold their weights, have published.
 */
final class PublishedCountsTest {

  /**
   * Counts of torchvision, transformers, Keras and Whisper's authors; statistics of normalizations
   * and sinusoids are none of them.
   */
  @ParameterizedTest
  @CsvSource({
    "cnn28, 34826",
    "resnet-18, 11689512",
    "resnet-20, 272474",
    "resnet-34, 21797672",
    "resnet-50, 25557032",
    "mobilenet-v2, 3504872",
    "mobilenet-v3-small, 2542856",
    "mobilenet-v3-large, 5483032",
    "vit-tiny, 5717416",
    "vit-small, 22050664",
    "vit-base, 86567656",
    "bert-tiny, 4385920",
    "bert-base, 109482240",
    "gpt-2, 124439808",
    "gpt-2-medium, 354823168",
    "clip, 151277312",
    "whisper, 37184256",
    "whisper-base, 71825920"
  })
  void parametersAreThePublished(String name, long published) {
    long learned = 0;
    for (Model model : Zoo.make(name, Map.of(), 1).parts().values()) {
      long others = others(model);
      learned += ModelSummary.of(model, Map.of()).weights().parameters() - others;
    }

    assertThat(learned).isEqualTo(published);
  }

  /** Running statistics, waves, and numbers such as the root of a head's size. */
  private static long others(Model model) {
    long count = 0;
    for (Value value : model.graph().initializers()) {
      Tensor tensor = value.initializer();
      boolean number = tensor != null && tensor.rank() == 0;
      boolean real = tensor != null && tensor.dataType() == DataType.FLOAT;
      boolean set = value.name().contains(".running_") || value.name().equals("sinusoids");
      if (real && (number || set)) {
        count += tensor.elementCount();
      }
    }
    return count;
  }

  /** In billions, as rounded where they are published, by pixels along a side or tokens. */
  @ParameterizedTest
  @CsvSource({
    "resnet-18, 1.81, 224",
    "resnet-20, 0.0408, 32",
    "resnet-34, 3.66, 224",
    "resnet-50, 4.09, 224",
    "mobilenet-v2, 0.30, 224",
    "mobilenet-v3-small, 0.06, 224",
    "mobilenet-v3-large, 0.22, 224",
    "vit-base, 17.56, 224",
    "bert-base, 11.2, 128"
  })
  void multiplyAccumulatesAreThePublished(String name, String published, long side) {
    Model model = Zoo.make(name, Map.of(), 1).part("model");
    Map<String, long[]> shapes = new LinkedHashMap<>();
    for (Value input : model.graph().inputs()) {
      shapes.put(
          input.name(),
          input.name().equals("pixel_values")
              ? new long[] {1, 3, side, side}
              : new long[] {1, side});
    }

    ModelSummary.Work work = ModelSummary.of(model, shapes).work();

    int digits = published.length() - published.indexOf('.') - 1;
    assertThat(work.gaps()).isEmpty();
    assertThat(String.format(Locale.ROOT, "%." + digits + "f", work.multiplyAccumulates() / 1e9))
        .isEqualTo(published);
  }
}
