package io.demitasse.torch.process;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.objective.Batch;
import io.demitasse.port.LinearAlgebra;
import io.demitasse.port.ModelFormat;
import io.demitasse.port.Ports;
import io.demitasse.port.Trainer;
import io.demitasse.stored.TensorFile;
import io.demitasse.torch.TorchTrainer;
import io.demitasse.torch.algebra.Task;
import io.demitasse.torch.algebra.TorchAlgebra;
import io.demitasse.torch.library.Libtorch;
import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The process of libtorch: it does what it is asked, one request after the other. */
final class TorchProcess {
  /** Between the name of a model and that of a weight. */
  static final char SEPARATOR = '\n';

  private Trainer.@Nullable Session session;

  private TorchProcess() {}

  /** Listens on its input and answers on its output; whatever else is printed goes to errors. */
  public static void main(String[] arguments) throws IOException {
    OutputStream out = new FileOutputStream(FileDescriptor.out);
    System.setOut(System.err);
    Channel channel = new Channel(out, new FileInputStream(FileDescriptor.in));
    TorchProcess process = new TorchProcess();
    try {
      for (Message request = channel.receive();
          !(request instanceof Message.Close);
          request = channel.receive()) {
        channel.send(process.answer(request));
        FreedMemory.giveBackWhereMuch();
      }
    } catch (EOFException e) {
      // Whoever asked has ended, and nobody needs an answer any more.
      System.err.println("The program that asked has ended.");
    }
    // Threads of native code would keep the process for a while.
    Runtime.getRuntime().halt(0);
  }

  private Message answer(Message request) {
    try {
      return done(request);
    } catch (DemitasseException e) {
      return failed(e);
    } catch (LinkageError e) {
      return failed(Libtorch.broken(e));
    } catch (IOException | RuntimeException e) {
      return new Message.Failed(
          DemitasseException.Kind.BACKEND_FAILED, "libtorch failed: " + Reason.of(e) + ".");
    }
  }

  private static Message failed(DemitasseException e) {
    return new Message.Failed(e.kind(), String.valueOf(e.getMessage()));
  }

  private Message done(Message request) throws IOException {
    return switch (request) {
      case Message.Open open -> after(() -> open(setup(open)));
      case Message.Step(List<WireBatch> batches, double rate) ->
          computed(session().step(batches(batches), rate));
      case Message.Evaluate(List<WireBatch> batches, Trainer.Version version) ->
          computed(session().evaluate(batches(batches), version));
      case Message.Gradients(List<WireBatch> examples, String file) ->
          written(WireGradients.sent(session().gradients(batches(examples))), file);
      case Message.Average(double share) -> after(() -> session().average(share));
      case Message.Regrow(double share) -> after(() -> session().regrow(share));
      case Message.Keep(Trainer.Version version) -> after(() -> session().keep(version));
      case Message.Weights(Trainer.Version version, String file) ->
          written(session().weights(version), file);
      case Message.Save(String file) -> after(() -> session().save(Path.of(file)));
      case Message.Restore(String file) -> after(() -> session().restore(Path.of(file)));
      case Message.Factor(Task task, List<String> names, int threads, String from, String to) ->
          after(() -> factor(task, names, threads, Path.of(from), Path.of(to)));
      case Message.Close _, Message.Done _, Message.Computed _, Message.Failed _ ->
          throw new IllegalStateException("nothing to answer to " + request);
    };
  }

  /** Something to be done. */
  private interface Action {
    void run() throws IOException;
  }

  private static Message after(Action action) throws IOException {
    action.run();
    return new Message.Done();
  }

  private void open(Trainer.Setup setup) {
    if (session == null) {
      session = TorchTrainer.inProcess().open(setup);
    } else {
      session.turnTo(setup);
    }
  }

  private Trainer.Session session() {
    if (session == null) {
      throw new IllegalStateException("no model was opened");
    }
    return session;
  }

  private static List<Batch> batches(List<WireBatch> batches) {
    return batches.stream().map(WireBatch::batch).toList();
  }

  private static Message computed(Trainer.Losses losses) {
    return new Message.Computed(
        losses.terms(),
        losses.objective(),
        losses.gradient(),
        losses.firstNotFinite().orElse(null));
  }

  private static Trainer.Setup setup(Message.Open open) {
    ModelFormat format = Ports.find(ModelFormat.class).orElseThrow();
    List<Trainer.Student> students =
        open.students().stream()
            .map(
                student ->
                    new Trainer.Student(
                        student.name(),
                        format.read(Path.of(student.file())),
                        student.parameters(),
                        student.objective()))
            .toList();
    Map<String, Model> teachers = new LinkedHashMap<>();
    open.teachers().forEach((name, file) -> teachers.put(name, format.read(Path.of(file))));
    return new Trainer.Setup(students, teachers, open.settings());
  }

  private static void factor(Task task, List<String> names, int threads, Path from, Path to)
      throws IOException {
    List<LinearAlgebra.Matrix> matrices = new ArrayList<>();
    Map<String, Tensor> contents = TensorFile.read(from);
    for (int i = 0; i < names.size(); i++) {
      Tensor content = Objects.requireNonNull(contents.get(String.valueOf(i)));
      matrices.add(new LinearAlgebra.Matrix(names.get(i), content));
    }
    List<Tensor> results = new TorchAlgebra(threads).done(task, matrices);
    Map<String, Tensor> named = new TreeMap<>();
    results.forEach(result -> named.put(String.valueOf(named.size()), result));
    TensorFile.write(named, to);
  }

  /** Writes tensors of models to a file. */
  private static Message written(Map<String, Map<String, Tensor>> tensors, String file)
      throws IOException {
    Map<String, Tensor> all = new TreeMap<>();
    tensors.forEach(
        (student, own) -> own.forEach((key, tensor) -> all.put(student + SEPARATOR + key, tensor)));
    TensorFile.write(all, Path.of(file));
    return new Message.Done();
  }
}
