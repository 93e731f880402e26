package io.demitasse.bench;

import io.demitasse.port.ModelFormat.WriteOptions;
import io.demitasse.port.ModelFormat.WriteOptions.ExternalData;
import io.demitasse.port.Ports;
import io.demitasse.testkit.LargeModel;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Writes a model of seeded weights and of the size that is asked for, to see that it passes through
 * a small heap: {@code LargeModelFile FILE GIGABYTES}, then {@code demitasse compress FILE} with
 * {@code DEMITASSE_JAVA_OPTS=-Xmx512m}.
 */
public final class LargeModelFile {
  private static final int WORDS = 32_000;
  private static final int WIDTH = 2048;

  private LargeModelFile() {}

  public static void main(String[] arguments) {
    Path file = Path.of(arguments[0]);
    double bytes = Double.parseDouble(arguments[1]) * 1e9;
    long ofLayer = 8L * Float.BYTES * WIDTH * WIDTH;
    long others = new LargeModel(WORDS, WIDTH, 0).bytes();
    int layers = (int) Math.max(1, Math.round((bytes - others) / ofLayer));
    LargeModel large = new LargeModel(WORDS, WIDTH, layers);
    int threads = Runtime.getRuntime().availableProcessors();
    Ports.find()
        .format()
        .write(large.model(), file, new WriteOptions(ExternalData.ALWAYS, threads));
    System.out.printf(Locale.ROOT, "%s: %d layers, %.2f GB%n", file, layers, large.bytes() / 1e9);
  }
}
