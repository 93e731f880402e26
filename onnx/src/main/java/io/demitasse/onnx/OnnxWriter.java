package io.demitasse.onnx;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.ir.Model;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.ModelFormat.WriteOptions;
import io.demitasse.port.ModelFormat.WriteOptions.ExternalData;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Writes models that belong together to their destinations, whole or not at all. */
final class OnnxWriter {
  private final Map<Path, Model> models = new LinkedHashMap<>();
  private final WriteOptions options;

  /** What the files of one folder have in common, by folder. */
  private final Map<Path, SharedWeights> shared = new LinkedHashMap<>();

  OnnxWriter(Map<Path, Model> models, WriteOptions options) {
    models.forEach((file, model) -> this.models.put(file.toAbsolutePath().normalize(), model));
    this.options = options;
    if (this.models.size() < models.size()) {
      throw DemitasseException.badRequest(
          "Cannot write two models to one file: " + models.keySet() + ". Name different files.");
    }
  }

  /** The model as the bytes of one file. */
  static MemorySegment inMemory(FileLayout layout, int threads, Arena arena) {
    MemorySegment memory = arena.allocate(layout.modelBytes());
    try {
      Contents contents = new Contents();
      contents.add(layout, new Contents.Files(new Target.InMemory(memory), null));
      contents.fill(threads);
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail", e);
    } catch (InterruptedException e) {
      throw interrupted("a model in memory", e);
    }
    return memory;
  }

  void write() {
    models.keySet().forEach(OnnxWriter::requirePlace);
    Map<Path, List<Model>> byFolder = new LinkedHashMap<>();
    models.forEach(
        (file, model) -> byFolder.computeIfAbsent(folder(file), _ -> new ArrayList<>()).add(model));
    byFolder.forEach(
        (folder, inside) -> shared.put(folder, SharedWeights.of(inside, ModelFormat.SHARED_DATA)));
    Map<Path, FileLayout> layouts = new LinkedHashMap<>();
    models.forEach((file, model) -> layouts.put(file, layout(model, file)));
    long needed =
        layouts.values().stream()
                .mapToLong(layout -> layout.modelBytes() + layout.dataBytes())
                .sum()
            + shared.values().stream().mapToLong(SharedWeights::bytes).sum();
    try {
      for (Path folder : shared.keySet()) {
        if (Files.getFileStore(folder).getUsableSpace() < needed) {
          throw failed(needed, "the disk is too full", null);
        }
      }
      write(layouts);
    } catch (ClosedByInterruptException | InterruptedException e) {
      throw interrupted(names(), e);
    } catch (IOException | InternalError e) {
      // A mapping tells of a failing disk by InternalError.
      throw failed(needed, Reason.of(e), e);
    }
  }

  private static void requirePlace(Path file) {
    if (!Files.isDirectory(folder(file))) {
      throw DemitasseException.badRequest(
          "Cannot write " + file + ": there is no folder " + folder(file) + ". Create it first.");
    }
    if (Files.isDirectory(file)) {
      throw DemitasseException.badRequest(
          "Cannot write " + file + ": it is a folder. Name a file.");
    }
    if (file.endsWith(ModelFormat.SHARED_DATA)) {
      throw DemitasseException.badRequest(
          "Cannot write a model to "
              + file
              + ": the weights that models share have this name. Name another file.");
    }
  }

  private static Path folder(Path file) {
    return file.resolveSibling("");
  }

  private SharedWeights shared(Path file) {
    return shared.getOrDefault(folder(file), SharedWeights.NONE);
  }

  private FileLayout layout(Model model, Path file) {
    if (options.externalData() == ExternalData.WHEN_NEEDED) {
      FileLayout inline = FileLayout.inline(model, shared(file));
      if (inline.modelBytes() <= FileLayout.LARGEST_FILE) {
        return inline;
      }
    }
    FileLayout external =
        FileLayout.external(model, String.valueOf(dataFile(file).getFileName()), shared(file));
    if (external.modelBytes() > FileLayout.LARGEST_FILE) {
      throw DemitasseException.backendFailed(
          "Cannot write "
              + file
              + ": without its initializers it has "
              + external.modelBytes()
              + " bytes, and an ONNX file holds at most "
              + FileLayout.LARGEST_FILE
              + ". Turn large constants of nodes and subgraphs into initializers.",
          null);
    }
    return external;
  }

  private static Path dataFile(Path file) {
    return file.resolveSibling(file.getFileName() + ".data");
  }

  /** Data goes first: the last of all files to take its name is a model. */
  private void write(Map<Path, FileLayout> layouts) throws IOException, InterruptedException {
    try (PartFiles parts = new PartFiles()) {
      Contents contents = new Contents();
      for (Map.Entry<Path, SharedWeights> each : shared.entrySet()) {
        if (each.getValue().bytes() > 0) {
          contents.add(
              each.getValue(), parts.beside(each.getKey().resolve(ModelFormat.SHARED_DATA)));
        }
      }
      Map<Path, Target> data = new HashMap<>();
      for (Map.Entry<Path, FileLayout> each : layouts.entrySet()) {
        if (each.getValue().dataBytes() > 0) {
          data.put(each.getKey(), parts.beside(dataFile(each.getKey())));
        }
      }
      for (Map.Entry<Path, FileLayout> each : layouts.entrySet()) {
        Target model = parts.beside(each.getKey());
        contents.add(each.getValue(), new Contents.Files(model, data.get(each.getKey())));
      }
      contents.fill(options.threads());
      parts.publish();
    }
  }

  private String names() {
    return models.keySet().stream().map(Path::toString).collect(Collectors.joining(" and "));
  }

  private DemitasseException failed(long needed, String reason, @Nullable Throwable cause) {
    long free;
    try {
      free = Files.getFileStore(folder(models.keySet().iterator().next())).getUsableSpace();
    } catch (IOException e) {
      free = -1;
    }
    return DemitasseException.backendFailed(
        "Cannot write "
            + names()
            + ": "
            + reason
            + ". It needs "
            + needed
            + " bytes"
            + (free < 0 ? "" : " and " + free + " are free")
            + ". Nothing was left behind; make room or name another place.",
        cause);
  }

  static DemitasseException interrupted(String what, Exception e) {
    Thread.currentThread().interrupt();
    return new DemitasseException(
        DemitasseException.Kind.CANCELLED,
        "Writing " + what + " was interrupted; nothing was left behind.",
        e);
  }
}
