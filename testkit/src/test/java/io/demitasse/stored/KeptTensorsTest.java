package io.demitasse.stored;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Tensor;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeptTensorsTest {
  private static final long[] LARGE = {30_000};

  @Test
  void whatTheHeapHasNoRoomForIsKeptOutsideAndIsTheSame() {
    KeptTensors kept = new KeptTensors(150_000);
    Tensor first = numbers(1);
    Tensor second = numbers(2);
    Tensor words =
        Tensor.ofStrings(new long[] {1}, List.of("word".getBytes(StandardCharsets.UTF_8)));
    Tensor small = Tensor.scalar(3f);

    Map<String, Tensor> outputs = kept.keep(Map.of("first", first));
    Map<String, Tensor> others =
        kept.keep(Map.of("second", second, "words", words, "small", small));

    assertThat(outputs.get("first")).isSameAs(first);
    assertThat(others).containsEntry("words", words).containsEntry("small", small);
    Tensor moved = others.get("second");
    assertThat(moved.bytes().isMapped()).isTrue();
    assertThat(moved.contentEquals(second)).isTrue();
    assertThat(moved).hasToString(second.toString());
  }

  @Test
  void manySmallOnesAreKeptOutsideTooAndEachIsItself() {
    KeptTensors kept = new KeptTensors(0);

    List<Tensor> outside = IntStream.range(0, 2000).mapToObj(i -> kept.keep(filled(i))).toList();

    assertThat(outside).allMatch(tensor -> tensor.bytes().isMapped());
    for (int i = 0; i < outside.size(); i++) {
      assertThat(outside.get(i).contentEquals(filled(i))).isTrue();
    }
  }

  /** 12 kB, so that 2,000 need more than one file. */
  private static Tensor filled(int seed) {
    float[] numbers = new float[3001];
    Arrays.fill(numbers, seed);
    return Tensor.ofFloats(new long[] {numbers.length}, numbers);
  }

  private static Tensor numbers(int seed) {
    float[] numbers = new float[(int) LARGE[0]];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = seed * i;
    }
    return Tensor.ofFloats(LARGE, numbers);
  }
}
