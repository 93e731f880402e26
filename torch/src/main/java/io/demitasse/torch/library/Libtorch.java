package io.demitasse.torch.library;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.port.Trainer;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/**
 * The native code of libtorch. Whoever computes with it loads it here first.
 *
 * <p>JavaCPP extracts libraries from jars into a cache, one after the other, and loads each. A
 * library names others beside it that it needs, so that a process may load what another is still
 * extracting, and crash. Therefore one process at a time loads, under a lock beside the cache.
 */
public final class Libtorch {
  /** Systems that libtorch is published for, as JavaCPP names them. */
  private static final List<String> PUBLISHED =
      List.of("linux-x86_64", "macosx-arm64", "windows-x86_64");

  private static final String CUDA = "-gpu";

  /** Endings of the folder of a system in the jars: libtorch for the processor, and for CUDA. */
  private static final List<String> BUILDS = List.of("", CUDA);

  private static final String USE = "Training models and factoring matrices takes libtorch";

  private static final String LOCK = "demitasse.lock";

  private static boolean loaded;

  private Libtorch() {}

  /**
   * Why libtorch cannot be used on this machine, as a sentence without a full stop; empty where its
   * native code is on the class path.
   */
  public static Optional<String> unsupported() {
    String platform = Loader.getPlatform();
    if (isOnClassPath(platform)) {
      return Optional.empty();
    }
    return Optional.of(
        PUBLISHED.contains(platform)
            ? String.format(
                Locale.ROOT,
                "%1$s, whose native code for %2$s is not on the class path: add pytorch, openblas"
                    + " and javacpp of org.bytedeco with the classifier %2$s",
                USE,
                platform)
            : String.format(
                Locale.ROOT,
                "%s, which is published for %s, not for %s: do that on one of these systems;"
                    + " everything else works here",
                USE,
                String.join(", ", PUBLISHED),
                platform));
  }

  /**
   * Why libtorch cannot compute with CUDA here, as far as the class path tells, as a sentence
   * without a full stop; empty where native code for it is there.
   */
  public static Optional<String> withoutCuda() {
    String build = Loader.getPlatform() + CUDA;
    return isThere(build)
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "Training on a GPU takes libtorch for CUDA, which is not on the class path: add"
                    + " pytorch of org.bytedeco with the classifier %s, and see that the driver,"
                    + " CUDA and cuDNN that it was built for are installed",
                build));
  }

  /**
   * Loads it, and refuses a device that it cannot use.
   *
   * @throws DemitasseException (backend failed) saying what to do
   */
  public static void loadFor(Trainer.Device device) {
    load();
    if (device == Trainer.Device.CUDA && !torch.cuda_is_available()) {
      throw DemitasseException.backendFailed(
          withoutCuda()
                  .orElse(
                      "libtorch finds no GPU here that it can use: see what nvidia-smi tells, or"
                          + " train on the processor")
              + ".",
          null);
    }
  }

  private static boolean isOnClassPath(String platform) {
    return BUILDS.stream().anyMatch(build -> isThere(platform + build));
  }

  private static boolean isThere(String build) {
    Properties properties = Loader.loadProperties();
    String file =
        properties.getProperty("platform.library.prefix", "")
            + "jnitorch"
            + properties.getProperty("platform.library.suffix", "");
    return torch.class.getResource("/org/bytedeco/pytorch/" + build + "/" + file) != null;
  }

  /**
   * Loads it, unless it is loaded.
   *
   * @throws DemitasseException (backend failed) where that cannot be done, saying what to do
   */
  public static synchronized void load() {
    if (loaded) {
      return;
    }
    requireSupported();
    try {
      loadAlone();
    } catch (LinkageError e) {
      throw broken(e);
    }
    loaded = true;
  }

  /**
   * Refuses where it cannot be used, and loads nothing.
   *
   * @throws DemitasseException (backend failed) saying what to do
   */
  public static void requireSupported() {
    unsupported()
        .ifPresent(
            why -> {
              throw DemitasseException.backendFailed(why + ".", null);
            });
  }

  private static void loadAlone() {
    try (FileChannel file =
            FileChannel.open(
                Loader.getCacheDir().toPath().resolve(LOCK),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock _ = file.lock()) {
      Loader.load(torch.class);
    } catch (IOException e) {
      // Where nothing can be locked nothing is shared either, or the cache was filled by others.
      Loader.load(torch.class);
    }
  }

  /** That it is there and does not work. */
  public static DemitasseException broken(LinkageError e) {
    return DemitasseException.backendFailed(
        "The native code of libtorch cannot be loaded on "
            + Loader.getPlatform()
            + ": "
            + Reason.of(e)
            + ". Use pytorch, openblas and javacpp of org.bytedeco in the versions that"
            + " demitasse-torch names, with the classifier "
            + Loader.getPlatform()
            + ".",
        e);
  }

  /** What this process was told of JavaCPP, such as where its cache is, as flags for another. */
  public static List<String> settings() {
    Stream<String> names = System.getProperties().stringPropertyNames().stream();
    return names
        .filter(name -> name.startsWith("org.bytedeco.javacpp."))
        .sorted()
        .map(name -> "-D" + name + "=" + System.getProperty(name))
        .toList();
  }
}
