package io.demitasse.torch.process;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.objective.Batch;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import io.demitasse.port.Trainer;
import io.demitasse.stored.TensorFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A session in another process. */
public final class ProcessSession implements Trainer.Session {
  private final Child child;

  /**
   * Starts the process and loads the models there.
   *
   * @throws DemitasseException (backend failed) when it cannot be started
   */
  public ProcessSession(Trainer.Setup setup) {
    child = new Child("trains", setup.settings().threads());
    boolean opened = false;
    try {
      child.ask(opening(setup));
      opened = true;
    } finally {
      if (!opened) {
        close();
      }
    }
  }

  @Override
  public void turnTo(Trainer.Setup setup) {
    child.ask(opening(setup));
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
    Path file = child.newFile(".onnx");
    Ports.find(ModelFormat.class)
        .orElseThrow()
        .write(model, file, ModelFormat.WriteOptions.DEFAULT);
    return file.toString();
  }

  @Override
  public Trainer.Losses step(List<Batch> batches, double learningRate) {
    return losses(child.ask(new Message.Step(sent(batches), learningRate)));
  }

  @Override
  public Trainer.Losses evaluate(List<Batch> batches, Trainer.Version version) {
    return losses(child.ask(new Message.Evaluate(sent(batches), version)));
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
  public Map<String, Map<String, Trainer.Gradients>> gradients(List<Batch> examples) {
    Path file = child.newFile(".tensors");
    child.ask(new Message.Gradients(sent(examples), file.toString()));
    return WireGradients.received(read(file, "Gradients"));
  }

  @Override
  public void average(double share) {
    child.ask(new Message.Average(share));
  }

  @Override
  public void regrow(double share) {
    child.ask(new Message.Regrow(share));
  }

  @Override
  public void keep(Trainer.Version version) {
    child.ask(new Message.Keep(version));
  }

  @Override
  public Map<String, Map<String, Tensor>> weights(Trainer.Version version) {
    Path file = child.newFile(".tensors");
    child.ask(new Message.Weights(version, file.toString()));
    return read(file, "Trained weights");
  }

  /** By model, then by what they are called there. */
  private static Map<String, Map<String, Tensor>> read(Path file, String what) {
    Map<String, Map<String, Tensor>> weights = new LinkedHashMap<>();
    try {
      TensorFile.read(file)
          .forEach(
              (name, tensor) -> {
                int end = name.indexOf(TorchProcess.SEPARATOR);
                weights
                    .computeIfAbsent(name.substring(0, end), _ -> new LinkedHashMap<>())
                    .put(name.substring(end + 1), tensor);
              });
    } catch (IOException e) {
      throw DemitasseException.backendFailed(what + " cannot be read: " + Reason.of(e) + ".", e);
    }
    return weights;
  }

  @Override
  public void save(Path checkpoint) {
    child.ask(new Message.Save(checkpoint.toAbsolutePath().toString()));
  }

  @Override
  public void restore(Path checkpoint) {
    child.ask(new Message.Restore(checkpoint.toAbsolutePath().toString()));
  }

  @Override
  public void close() {
    child.close();
  }
}
