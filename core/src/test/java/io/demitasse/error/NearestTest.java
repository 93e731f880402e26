package io.demitasse.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
  private static final List<String> METRICS = List.of("recall@10", "recall@1", "mrr", "cosine");
  private static final List<String> PASSES =
      List.of("quantize-dynamic", "quantize-static", "quantize-weights", "fuse-gelu");

  @ParameterizedTest
  @CsvSource({
    "recal@10, recall@10",
    "Recall@10, recall@10",
    "reclal@1, recall@1",
    "cosin, cosine",
    "mmr, mrr",
    "cosine similarity, cosine"
  })
  void offersTheNameThatWasMeant(String written, String meant) {
    assertThat(Nearest.to(written, METRICS)).contains(meant);
  }

  @ParameterizedTest
  @CsvSource({"gelu, fuse-gelu", "quantise-static, quantize-static", "dynamic, quantize-dynamic"})
  void takesAPartOfANameForTheName(String written, String meant) {
    assertThat(Nearest.to(written, PASSES)).contains(meant);
  }

  @ParameterizedTest
  @CsvSource({"accuracy", "''", "x", "size"})
  void offersNothingThatIsFar(String written) {
    assertThat(Nearest.to(written, METRICS)).isEmpty();
  }

  @Test
  void doesNoWorkOnTextsOfAnyLength() {
    assertThat(Nearest.to("recall@10".repeat(100_000), METRICS)).isEmpty();
  }

  @Test
  void endsAMessage() {
    assertThat(Nearest.suggestion("mr", METRICS, "; metrics are " + METRICS))
        .isEqualTo("; did you mean 'mrr'?");
    assertThat(Nearest.suggestion("zebra", METRICS, "; known are few"))
        .isEqualTo("; known are few");
  }
}
