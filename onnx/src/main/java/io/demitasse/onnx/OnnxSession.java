package io.demitasse.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.demitasse.error.Cancellation;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Tensor;
import io.demitasse.port.Runtime.NodeTime;
import io.demitasse.port.Runtime.Session;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** One loaded model, with the temporary files that belong to it. */
final class OnnxSession implements Session {
  private final OrtSession session;
  private final Workspace workspace;
  private final boolean profiled;
  private @Nullable List<NodeTime> times;
  private boolean closed;

  OnnxSession(OrtSession session, Workspace workspace, boolean profiled) {
    this.session = session;
    this.workspace = workspace;
    this.profiled = profiled;
  }

  @Override
  public Map<String, Tensor> run(Map<String, Tensor> inputs) {
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    run(inputs, outputs::put);
    return outputs;
  }

  @Override
  public void run(Map<String, Tensor> inputs, BiConsumer<String, Tensor> reader) {
    Cancellation.check();
    requireOpen();
    requireNames(inputs.keySet());
    try (NativeInputs given = NativeInputs.of(inputs);
        OrtSession.Result result = session.run(given.tensors())) {
      for (Map.Entry<String, OnnxValue> each : result) {
        if (each.getValue() instanceof OnnxTensor tensor) {
          reader.accept(each.getKey(), NativeTensors.read(tensor));
        }
      }
    } catch (OrtException e) {
      throw DemitasseException.backendFailed(
          "ONNX Runtime failed with inputs " + inputs + ": " + RuntimeMessage.of(e), e);
    }
  }

  @Override
  public Map<String, Tensor> run(Map<String, Tensor> inputs, Map<String, long[]> sizes) {
    Cancellation.check();
    requireOpen();
    requireNames(inputs.keySet());
    try (NativeInputs given = NativeInputs.of(inputs);
        NativeOutputs places = NativeOutputs.of(session.getOutputInfo(), sizes);
        OrtSession.Result result = session.run(given.tensors(), places.others(), places.pinned())) {
      Map<String, Tensor> outputs = new LinkedHashMap<>();
      for (Map.Entry<String, OnnxValue> each : result) {
        Tensor placed = places.tensors().get(each.getKey());
        if (placed != null) {
          outputs.put(each.getKey(), placed);
        } else if (each.getValue() instanceof OnnxTensor tensor) {
          outputs.put(each.getKey(), NativeTensors.read(tensor));
        }
      }
      return outputs;
    } catch (OrtException e) {
      throw DemitasseException.backendFailed(
          "ONNX Runtime failed with inputs " + inputs + ": " + RuntimeMessage.of(e), e);
    }
  }

  private void requireNames(Set<String> given) {
    Set<String> expected = session.getInputNames();
    if (!expected.equals(given)) {
      throw DemitasseException.badRequest(
          "The model expects inputs "
              + new TreeSet<>(expected)
              + ", got "
              + new TreeSet<>(given)
              + ": pass a tensor for each of them and for no other.");
    }
  }

  @Override
  public List<NodeTime> profile() {
    requireOpen();
    List<NodeTime> known = times;
    if (known == null) {
      known = profiled ? endProfiling() : List.of();
      times = known;
    }
    return known;
  }

  private List<NodeTime> endProfiling() {
    try {
      return ProfileFile.read(Path.of(session.endProfiling()));
    } catch (OrtException e) {
      throw DemitasseException.backendFailed(
          "ONNX Runtime gave no profile: " + RuntimeMessage.of(e), e);
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the session is closed");
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      session.close();
    } catch (OrtException e) {
      throw DemitasseException.backendFailed(
          "ONNX Runtime cannot close its session: " + RuntimeMessage.of(e), e);
    } finally {
      workspace.close();
    }
  }
}
