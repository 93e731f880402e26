package io.demitasse.media.wired;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.demitasse.manifest.Manifests;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** The schema of bundles has the keys that are read of a wiring. */
class WiringSchemaTest {
  @Test
  void keysAreThoseOfTheReader() throws Exception {
    JsonNode definitions = new ObjectMapper().readTree(Manifests.schema()).path("$defs");

    assertThat(keys(definitions, "wiring")).isEqualTo(WiringReader.KEYS);
    assertThat(keys(definitions, "step")).isEqualTo(WiringReader.STEP_KEYS);
    assertThat(keys(definitions, "loop")).containsExactlyInAnyOrderElementsOf(LoopReader.KEYS);
  }

  private static List<String> keys(JsonNode definitions, String name) {
    Iterable<String> names = () -> definitions.path(name).path("properties").fieldNames();
    return StreamSupport.stream(names.spliterator(), false).toList();
  }
}
