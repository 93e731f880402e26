package io.demitasse.torch.process;

import io.demitasse.error.Cancellation;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.evaluate.JavaCommand;
import io.demitasse.leftover.Leftovers;
import io.demitasse.torch.library.Libtorch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** The process that works for this one, as long as it is open, and the folder of both. */
final class Child implements AutoCloseable {
  /**
   * What glibc is told: a step needs the same memory as the one before, which is not given back
   * where it is not much ({@link FreedMemory}).
   */
  private static final Map<String, String> MEMORY =
      Map.of("MALLOC_TRIM_THRESHOLD_", "-1", "MALLOC_MMAP_MAX_", "0");

  private static final int SECONDS_TO_END = 10;

  /** What a process ends with that was not asked to: 128 and the number of the signal. */
  private static final int KILLED = 128 + 9;

  private final String what;
  private final Path folder;
  private final Process process;
  private final Channel channel;
  private int files;

  /**
   * Starts it.
   *
   * @param what it does, for messages, such as {@code trains}
   * @throws DemitasseException (backend failed) when it cannot be started, or libtorch is not for
   *     this machine
   */
  Child(String what, int threads) {
    Libtorch.requireSupported();
    this.what = what;
    try {
      folder = Files.createTempDirectory("demitasse-torch");
      Leftovers.deleteAtExit(folder);
      process = started(threads, folder);
      channel = new Channel(process.getOutputStream(), process.getInputStream());
    } catch (IOException e) {
      throw DemitasseException.backendFailed(
          "A process that " + what + " cannot be started: " + Reason.of(e) + ".", e);
    }
  }

  /** Threads that wait sleep: those of two pools would take the processor from each other. */
  private static Process started(int threads, Path folder) throws IOException {
    long heap = Runtime.getRuntime().maxMemory() >> 20;
    // Native code does the work: what would make Java faster takes the processor from it.
    List<String> options = new ArrayList<>(Libtorch.settings());
    options.addAll(List.of("-Xmx" + heap + "m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    ProcessBuilder builder = new JavaCommand(TorchProcess.class, options).with(List.of());
    builder.environment().put("OMP_WAIT_POLICY", "passive");
    builder.environment().put("OMP_NUM_THREADS", String.valueOf(threads));
    builder.environment().put("OPENBLAS_NUM_THREADS", String.valueOf(threads));
    MEMORY.forEach(builder.environment()::putIfAbsent);
    return builder.redirectError(folder.resolve("complaints").toFile()).start();
  }

  /** A file that does not exist yet, which goes when this is closed. */
  Path newFile(String ending) {
    return folder.resolve(files++ + ending);
  }

  /**
   * Sends a request and waits for the answer, in another thread, so that whoever asks can be
   * interrupted.
   */
  Message ask(Message request) {
    FutureTask<Message> answer =
        new FutureTask<>(
            () -> {
              channel.send(request);
              return channel.receive();
            });
    Thread.ofVirtual().start(answer);
    try {
      return checked(answer.get());
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      Cancellation.check();
      throw new IllegalStateException(e);
    } catch (ExecutionException e) {
      throw ended(e);
    }
  }

  private static Message checked(Message answer) {
    if (answer instanceof Message.Failed(DemitasseException.Kind kind, String message)) {
      throw new DemitasseException(kind, message, null);
    }
    return answer;
  }

  /** Why there is no answer: the process is gone, and may have said why. */
  private DemitasseException ended(ExecutionException e) {
    try {
      process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    String how =
        process.isAlive() ? "does not answer: " + Reason.of(e) : ended(process.exitValue());
    process.destroyForcibly();
    return DemitasseException.backendFailed(
        "The process that " + what + " " + how + complaint() + ".", e);
  }

  /**
   * How a process ended.
   *
   * @param code of its end, above 128 where a signal ended it
   */
  static String ended(int code) {
    return code == KILLED
        ? "was killed, as the system does where memory runs out: close other programs, let it have"
            + " less by --memory, or train in smaller batches"
        : "ended with " + code;
  }

  private String complaint() {
    try {
      return Files.readString(folder.resolve("complaints"), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> line.contains("rror") || line.contains("xception"))
          .findFirst()
          .map(line -> ": " + line.strip())
          .orElse("");
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public void close() {
    try {
      channel.send(new Message.Close());
      process.waitFor(SECONDS_TO_END, TimeUnit.SECONDS);
    } catch (IOException e) {
      // It has ended before, which is what is wanted.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
      Leftovers.delete(folder);
    }
  }
}
