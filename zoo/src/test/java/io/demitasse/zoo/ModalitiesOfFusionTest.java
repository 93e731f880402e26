package io.demitasse.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.data.Modalities;
import io.demitasse.ir.Bundle;
import io.demitasse.manifest.Manifest.Modality;
import io.demitasse.report.ByModality;
import io.demitasse.report.ModalityShares;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Where pictures and texts meet in the three ways of fusion, and what weights are of which. */
final class ModalitiesOfFusionTest {
  private static final Set<Modality> PICTURE = Set.of(Modality.IMAGE);
  private static final Set<Modality> TEXT = Set.of(Modality.TEXT);
  private static final Set<Modality> FUSION = Set.of(Modality.TEXT, Modality.IMAGE);

  private static ModalityShares shares(String name) {
    Bundle bundle = Zoo.make(name, SmallSizes.of(name), 1);
    return ModalityShares.of(bundle, bundle, Modalities.of(bundle), Map.of(), Map.of());
  }

  /** Bytes of weights. */
  private static Map<Set<Modality>, Long> bytes(String name) {
    return shares(name).shares().stream()
        .collect(Collectors.toMap(ByModality.Share::modalities, ByModality.Share::bytesBefore));
  }

  @Test
  void earlyFusionHasItsLayersWhereBothMeet() {
    Map<Set<Modality>, Long> bytes = bytes("early-fusion");

    assertThat(bytes.get(FUSION)).isGreaterThan(bytes.get(PICTURE) + bytes.get(TEXT));
    assertThat(shares("early-fusion").meetings()).hasSize(1);
  }

  @Test
  void lateFusionHasThemApart() {
    Map<Set<Modality>, Long> bytes = bytes("late-fusion");

    assertThat(bytes.get(FUSION)).isLessThan(bytes.get(PICTURE)).isLessThan(bytes.get(TEXT));
    assertThat(bytes.get(FUSION)).isPositive();
  }

  @Test
  void whereTokensLookAtAPictureThePictureIsApartAndTheyAreNot() {
    Map<Set<Modality>, Long> bytes = bytes("cross-attention-fusion");

    assertThat(bytes.get(PICTURE)).isGreaterThan(bytes("early-fusion").get(PICTURE));
    assertThat(bytes.get(FUSION)).isGreaterThan(bytes("late-fusion").get(FUSION));
  }
}
