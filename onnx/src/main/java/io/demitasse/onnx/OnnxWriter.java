package io.demitasse.onnx;

import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import io.demitasse.port.ModelFormat.WriteOptions;
import io.demitasse.port.ModelFormat.WriteOptions.ExternalData;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.Nullable;

/** Writes one model to its destination, whole or not at all. */
final class OnnxWriter {
  private final Model model;
  private final Path file;
  private final Path folder;
  private final WriteOptions options;

  OnnxWriter(Model model, Path file, WriteOptions options) {
    this.model = model;
    this.file = file.toAbsolutePath();
    this.folder = this.file.resolveSibling("");
    this.options = options;
  }

  /** The model as the bytes of one file. */
  static MemorySegment inMemory(FileLayout layout, int threads, Arena arena) {
    MemorySegment memory = arena.allocate(layout.modelBytes());
    try {
      new Contents(new Target.InMemory(memory), null).write(layout, threads);
    } catch (IOException e) {
      throw new IllegalStateException("memory does not fail", e);
    } catch (InterruptedException e) {
      throw interrupted("a model in memory", e);
    }
    return memory;
  }

  void write() {
    if (!Files.isDirectory(folder)) {
      throw DemitasseException.badRequest(
          "Cannot write " + file + ": there is no folder " + folder + ". Create it first.");
    }
    if (Files.isDirectory(file)) {
      throw DemitasseException.badRequest(
          "Cannot write " + file + ": it is a folder. Name a file.");
    }
    FileLayout layout = layout();
    long needed = layout.modelBytes() + layout.dataBytes();
    try {
      if (Files.getFileStore(folder).getUsableSpace() < needed) {
        throw failed(needed, "the disk is too full", null);
      }
      write(layout);
    } catch (ClosedByInterruptException e) {
      throw interrupted(file.toString(), e);
    } catch (IOException | InternalError e) {
      // A mapping tells of a failing disk by InternalError.
      throw failed(needed, ProtobufFile.reason(e), e);
    } catch (InterruptedException e) {
      throw interrupted(file.toString(), e);
    }
  }

  private FileLayout layout() {
    if (options.externalData() == ExternalData.WHEN_NEEDED) {
      FileLayout inline = FileLayout.inline(model);
      if (inline.modelBytes() <= FileLayout.LARGEST_FILE) {
        return inline;
      }
    }
    FileLayout external = FileLayout.external(model, String.valueOf(dataFile().getFileName()));
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

  private Path dataFile() {
    return file.resolveSibling(file.getFileName() + ".data");
  }

  private void write(FileLayout layout) throws IOException, InterruptedException {
    if (layout.dataBytes() == 0) {
      try (PartFile part = PartFile.beside(file)) {
        new Contents(part.target(), null).write(layout, options.threads());
        part.finish();
        part.publish();
      }
      return;
    }
    try (PartFile part = PartFile.beside(file);
        PartFile data = PartFile.beside(dataFile())) {
      new Contents(part.target(), data.target()).write(layout, options.threads());
      part.finish();
      data.finish();
      publish(part, data);
    }
  }

  /**
   * A model must never lie beside data of another, so a data file that is in the way comes back if
   * this fails.
   */
  private void publish(PartFile part, PartFile data) throws IOException {
    Path kept =
        Files.exists(dataFile())
            ? dataFile().resolveSibling("." + dataFile().getFileName() + ".old")
            : null;
    if (kept != null) {
      Files.move(dataFile(), kept, StandardCopyOption.ATOMIC_MOVE);
    }
    try {
      data.publish();
      part.publish();
    } catch (IOException e) {
      Files.deleteIfExists(dataFile());
      if (kept != null) {
        Files.move(kept, dataFile(), StandardCopyOption.ATOMIC_MOVE);
      }
      throw e;
    }
    if (kept != null) {
      Files.delete(kept);
    }
  }

  private DemitasseException failed(long needed, String reason, @Nullable Throwable cause) {
    long free;
    try {
      free = Files.getFileStore(folder).getUsableSpace();
    } catch (IOException e) {
      free = -1;
    }
    return DemitasseException.backendFailed(
        "Cannot write "
            + file
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
    return DemitasseException.backendFailed(
        "Writing " + what + " was interrupted; nothing was left behind.", e);
  }
}
