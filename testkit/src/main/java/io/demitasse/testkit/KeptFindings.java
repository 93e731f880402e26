package io.demitasse.testkit;

import io.demitasse.ir.Tensor;
import io.demitasse.leftover.Leftovers;
import io.demitasse.pipeline.Findings;
import io.demitasse.recipe.Step;
import io.demitasse.stored.StoredTensors;
import io.demitasse.stored.TensorFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;

/** Lets passes find things out, and keeps them until the JVM ends. */
public final class KeptFindings implements Findings {
  private final TensorFolder folder;

  public KeptFindings() {
    try {
      Path temporary = Files.createTempDirectory("demitasse");
      Leftovers.deleteAtExit(temporary);
      folder = new TensorFolder(temporary);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public StoredTensors take(StoredTensors named) {
    return named;
  }

  @Override
  public StoredTensors find(Step step, String key, Supplier<Map<String, Tensor>> search) {
    return folder.store(search.get());
  }
}
