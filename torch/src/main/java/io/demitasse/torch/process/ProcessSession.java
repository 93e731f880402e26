package io.demitasse.torch.process;

import io.demitasse.error.Cancellation;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.evaluate.JavaCommand;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.leftover.Leftovers;
import io.demitasse.objective.Batch;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import io.demitasse.port.Trainer;
import io.demitasse.stored.TensorFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** A session in another process. */
public final class ProcessSession implements Trainer.Session {
  private static final int SECONDS_TO_END = 10;

  /**
   * What glibc is told: a step needs the same memory as the one before, which is not given back.
   */
  private static final Map<String, String> MEMORY =
      Map.of("MALLOC_TRIM_THRESHOLD_", "-1", "MALLOC_MMAP_MAX_", "0");

  private final Path folder;
  private final Process process;
  private final Channel channel;
  private int files;

  /**
   * Starts the process and loads the models there.
   *
   * @throws DemitasseException (backend failed) when it cannot be started
   */
  public ProcessSession(Trainer.Setup setup) {
    try {
      folder = Files.createTempDirectory("demitasse-training");
      Leftovers.deleteAtExit(folder);
      process = started(setup.settings(), folder);
      channel = new Channel(process.getOutputStream(), process.getInputStream());
    } catch (IOException e) {
      throw DemitasseException.backendFailed(
          "A process that trains cannot be started: " + Reason.of(e) + ".", e);
    }
    boolean opened = false;
    try {
      ask(opening(setup));
      opened = true;
    } finally {
      if (!opened) {
        close();
      }
    }
  }

  /** Threads that wait sleep: those of two pools would take the processor from each other. */
  private static Process started(Trainer.Settings settings, Path folder) throws IOException {
    long heap = Runtime.getRuntime().maxMemory() >> 20;
    // Native code does the work: what would make Java faster takes the processor from it.
    List<String> options =
        List.of("-Xmx" + heap + "m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    ProcessBuilder builder = new JavaCommand(TrainingProcess.class, options).with(List.of());
    String threads = String.valueOf(settings.threads());
    builder.environment().put("OMP_WAIT_POLICY", "passive");
    builder.environment().put("OMP_NUM_THREADS", threads);
    builder.environment().put("OPENBLAS_NUM_THREADS", threads);
    MEMORY.forEach(builder.environment()::putIfAbsent);
    return builder.redirectError(folder.resolve("complaints").toFile()).start();
  }

  private Message opening(Trainer.Setup setup) {
    List<Message.Student> students = new ArrayList<>();
    for (Trainer.Student student : setup.students()) {
      students.add(
          new Message.Student(
              student.name(), written(student.model()), student.parameters(), student.objective()));
    }
    Map<String, String> teachers = new LinkedHashMap<>();
    setup.teachers().forEach((name, model) -> teachers.put(name, written(model)));
    return new Message.Open(students, teachers, setup.settings());
  }

  private String written(Model model) {
    Path file = newFile(".onnx");
    Ports.find(ModelFormat.class)
        .orElseThrow()
        .write(model, file, ModelFormat.WriteOptions.DEFAULT);
    return file.toString();
  }

  private Path newFile(String ending) {
    return folder.resolve(files++ + ending);
  }

  @Override
  public Trainer.Losses step(List<Batch> batches, double learningRate) {
    return losses(ask(new Message.Step(sent(batches), learningRate)));
  }

  @Override
  public Trainer.Losses evaluate(List<Batch> batches, Trainer.Version version) {
    return losses(ask(new Message.Evaluate(sent(batches), version)));
  }

  private static List<WireBatch> sent(List<Batch> batches) {
    return new ArrayList<>(batches.stream().map(WireBatch::of).toList());
  }

  private static Trainer.Losses losses(Message answer) {
    Message.Computed computed = (Message.Computed) answer;
    return new Trainer.Losses(
        computed.terms(),
        computed.objective(),
        computed.gradient(),
        Optional.ofNullable(computed.firstNotFinite()));
  }

  @Override
  public void average(double share) {
    ask(new Message.Average(share));
  }

  @Override
  public void keep(Trainer.Version version) {
    ask(new Message.Keep(version));
  }

  @Override
  public Map<String, Map<String, Tensor>> weights(Trainer.Version version) {
    Path file = newFile(".tensors");
    ask(new Message.Weights(version, file.toString()));
    Map<String, Map<String, Tensor>> weights = new LinkedHashMap<>();
    try {
      TensorFile.read(file)
          .forEach(
              (name, tensor) -> {
                int end = name.indexOf(TrainingProcess.SEPARATOR);
                weights
                    .computeIfAbsent(name.substring(0, end), _ -> new LinkedHashMap<>())
                    .put(name.substring(end + 1), tensor);
              });
    } catch (IOException e) {
      throw DemitasseException.backendFailed(
          "Trained weights cannot be read: " + Reason.of(e) + ".", e);
    }
    return weights;
  }

  @Override
  public void save(Path checkpoint) {
    ask(new Message.Save(checkpoint.toAbsolutePath().toString()));
  }

  @Override
  public void restore(Path checkpoint) {
    ask(new Message.Restore(checkpoint.toAbsolutePath().toString()));
  }

  /** Waits in another thread, so that whoever asks can be interrupted. */
  private Message ask(Message request) {
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
        process.isAlive()
            ? "does not answer: " + Reason.of(e)
            : "ended with " + process.exitValue();
    process.destroyForcibly();
    return DemitasseException.backendFailed(
        "The process that trains " + how + complaint() + ".", e);
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
