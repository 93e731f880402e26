package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class ShapeOptionTest {
  private static final List<String> NAMES = List.of("batch_size", "sequence_length", "sequences");

  @Test
  void theBeginningOfANameWillDo() {
    assertThat(ShapeOption.parse("batch=8, sequence_=64", NAMES))
        .isEqualTo(Map.of("batch_size", 8L, "sequence_length", 64L));
  }

  @Test
  void aFullNameGoesBeforeALongerOneAndAnAmbiguousBeginningStays() {
    assertThat(ShapeOption.parse("sequences=3,seq=4,x[1]=5", NAMES))
        .isEqualTo(Map.of("sequences", 3L, "seq", 4L, "x[1]", 5L));
  }

  @Test
  void namesAllThatIsNotUnderstood() {
    assertThatThrownBy(() -> ShapeOption.parse("batch=8,64,sequence=many", NAMES))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("'64', 'sequence=many'");
  }
}
