package io.demitasse.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class MemoryTest {
  private static final Memory MEMORY = new Memory(12_000_000_000L);

  @Test
  void nothingIsSaidOfAModelThatFitsTwice() {
    assertThat(MEMORY.shortage(2_000_000_000L)).isEmpty();
  }

  @Test
  void aModelThatFitsOnceIsTimedAlone() {
    assertThat(MEMORY.shortage(3_000_000_000L))
        .contains(
            "the model has 3.0 GB, loaded it may take 9.0 GB, and 12.0 GB of memory are free: it"
                + " will be timed with one model loaded at a time");
  }

  @Test
  void aModelThatMayNotFitIsToldOfBeforeItIsLoaded() {
    assertThat(MEMORY.shortage(5_000_000_000L))
        .get()
        .asString()
        .contains("15.0 GB", "the machine may become slow, or end this process");
  }
}
