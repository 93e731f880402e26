package io.demitasse.cost;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

final class ProcessorTest {

  @Test
  void readsWhatLinuxTellsOfAProcessorWithVnni() {
    Processor processor =
        Processor.ofLinux(
            "amd64",
            List.of(
                "processor\t: 0",
                "model name\t: Some Xeon",
                "flags\t\t: fpu avx2 avx512f avx512_vnni amx_tile"));

    assertThat(processor.name()).isEqualTo("Some Xeon");
    assertThat(processor.known()).isTrue();
    assertThat(processor.features())
        .containsEntry("AVX2", true)
        .containsEntry("AVX-512", true)
        .containsEntry("VNNI", true)
        .containsEntry("AMX int8", false);
    assertThat(processor.advice().getFirst()).contains("expect int8 to be fast");
  }

  @Test
  void warnsOfSaturationWithoutVnni() {
    Processor processor = Processor.ofLinux("amd64", List.of("flags\t\t: fpu sse2 avx2"));

    assertThat(processor.has("VNNI")).isFalse();
    assertThat(processor.advice().getFirst()).contains("saturate", "reduce-range");
  }

  @Test
  void readsWhatLinuxTellsOfAnArmProcessor() {
    Processor processor =
        Processor.ofLinux("aarch64", List.of("Features\t: fp asimd asimddp i8mm"));

    assertThat(processor.features())
        .containsEntry("NEON", true)
        .containsEntry("dot product", true)
        .containsEntry("int8 matrix", true)
        .containsEntry("SVE", false);
    assertThat(processor.advice().getFirst()).contains("expect int8 to be fast");
  }

  @Test
  void readsWhatMacTells() {
    Processor processor =
        Processor.ofMac(
            "aarch64",
            List.of(
                "machdep.cpu.brand_string: Apple M2",
                "hw.optional.arm.FEAT_DotProd: 1",
                "hw.optional.arm.FEAT_I8MM: 0",
                "hw.optional.neon: 1"));

    assertThat(processor.name()).isEqualTo("Apple M2");
    assertThat(processor.has("dot product")).isTrue();
    assertThat(processor.has("int8 matrix")).isFalse();
    assertThat(processor.has("NEON")).isTrue();
  }

  @Test
  void saysUnknownWhereNothingIsTold() {
    Processor processor = Processor.ofLinux("riscv64", List.of("isa\t: rv64imafdc"));

    assertThat(processor.known()).isFalse();
    assertThat(processor.features()).isEmpty();
    assertThat(processor.advice().getFirst()).startsWith("Unknown features");
  }
}
