package io.demitasse.torch.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is said of processes that end by themselves. */
final class ChildTest {

  @Test
  void whatWasKilledRanOutOfMemoryMostLikely() {
    assertThat(Child.ended(128 + 9)).contains("memory", "--memory");
    assertThat(Child.ended(134)).isEqualTo("ended with 134");
  }
}
