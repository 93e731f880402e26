package io.demitasse.onnx;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.ir.Model;
import io.demitasse.leftover.Leftovers;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** The temporary folder of one session, made when first needed and deleted with all in it. */
final class Workspace implements AutoCloseable {
  private @Nullable Path folder;

  Path folder() {
    Path made = folder;
    if (made == null) {
      try {
        made = Files.createTempDirectory("demitasse-" + ProcessHandle.current().pid() + "-");
      } catch (IOException e) {
        throw DemitasseException.backendFailed(
            "Cannot create a temporary folder: " + Reason.of(e), e);
      }
      Leftovers.deleteAtExit(made);
      folder = made;
    }
    return made;
  }

  /**
   * Writes a model for a runtime on this machine, weights in a file of their own, and gives its
   * path.
   */
  Path store(Model model, int threads) {
    Path file = folder().resolve("model.onnx");
    Path weights = folder().resolve("model.data");
    FileLayout layout = FileLayout.external(model, weights.getFileName().toString());
    try (FileChannel modelChannel = create(file);
        FileChannel dataChannel = create(weights)) {
      Contents contents = new Contents();
      contents.add(
          layout,
          new Contents.Files(
              new Target.InFile(modelChannel, false), new Target.InFile(dataChannel, false)));
      contents.fill(threads);
      return file;
    } catch (IOException | InternalError e) {
      close();
      throw DemitasseException.backendFailed(
          "Cannot write a temporary model of "
              + (layout.modelBytes() + layout.dataBytes())
              + " bytes to "
              + file
              + ": "
              + Reason.of(e)
              + ". Make room or set java.io.tmpdir to another place.",
          e);
    } catch (InterruptedException e) {
      close();
      throw OnnxWriter.interrupted("a temporary model", e);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private static FileChannel create(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  @Override
  public void close() {
    if (folder != null) {
      Leftovers.delete(folder);
    }
  }
}
