package io.demitasse.bench.towers;

import io.demitasse.ir.Tensor;
import io.demitasse.media.image.ImagePreprocessing;
import io.demitasse.media.image.Pictures;
import io.demitasse.port.Runtime;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What the backbone sees in drawings, computed once and kept in a file, which goes on where it
 * ended.
 *
 * @param sessions of the backbone, each of which computes one picture at a time
 */
record Features(List<Runtime.Session> sessions, ImagePreprocessing preprocessing, Path folder) {
  private static final int ROW = Head.FEATURES * Float.BYTES;
  private static final int TOLD = 100;

  /**
   * Features float {@code [768]} of each drawing, in order.
   *
   * @param name of the file that keeps them; more drawings may follow the next time
   */
  List<float[]> of(String name, List<Drawing> drawings) throws IOException {
    Path file = folder.resolve(name + ".features");
    int done = Files.exists(file) ? (int) (Files.size(file) / ROW) : 0;
    long began = System.nanoTime();
    try (ExecutorService workers = Executors.newFixedThreadPool(sessions.size())) {
      for (int from = done; from < drawings.size(); from += sessions.size()) {
        int to = Math.min(from + sessions.size(), drawings.size());
        Files.write(
            file,
            computed(drawings.subList(from, to), workers),
            StandardOpenOption.CREATE,
            StandardOpenOption.APPEND);
        if (from % TOLD == 0) {
          System.out.printf(
              Locale.ROOT,
              "  %,d of %,d drawings seen, %.0f s%n",
              from,
              drawings.size(),
              (System.nanoTime() - began) / 1e9);
        }
      }
    }
    return rows(file).subList(0, drawings.size());
  }

  private byte[] computed(List<Drawing> drawings, ExecutorService workers) throws IOException {
    List<Future<float[]>> running = new ArrayList<>();
    for (int i = 0; i < drawings.size(); i++) {
      Drawing drawing = drawings.get(i);
      Runtime.Session session = sessions.get(i);
      running.add(workers.submit(() -> computed(drawing, session)));
    }
    ByteBuffer bytes = ByteBuffer.allocate(drawings.size() * ROW).order(ByteOrder.LITTLE_ENDIAN);
    for (Future<float[]> each : running) {
      try {
        bytes.asFloatBuffer().put(each.get());
      } catch (ExecutionException e) {
        throw new IOException("a drawing cannot be seen", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
      bytes.position(bytes.position() + ROW);
    }
    return bytes.array();
  }

  private float[] computed(Drawing drawing, Runtime.Session session) {
    Tensor picture = preprocessing.tensor(Pictures.read(drawing.picture()));
    Map<String, Tensor> outputs = session.run(Map.of("pixel_values", picture));
    return Objects.requireNonNull(outputs.get("features")).toFloats();
  }

  private static List<float[]> rows(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<float[]> rows = new ArrayList<>();
    while (bytes.remaining() >= ROW) {
      float[] row = new float[Head.FEATURES];
      bytes.asFloatBuffer().get(row);
      bytes.position(bytes.position() + ROW);
      rows.add(row);
    }
    return rows;
  }
}
