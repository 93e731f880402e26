package io.demitasse.onnx;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions.ExecutionMode;
import ai.onnxruntime.OrtSession.SessionOptions.OptLevel;
import io.demitasse.error.Cancellation;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Model;
import io.demitasse.port.Runtime;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** ONNX Runtime on the processor. */
public final class OnnxRuntime implements Runtime {
  /**
   * Larger models go through a temporary file, whose weights the runtime maps instead of copying.
   */
  private static final long IN_MEMORY_BYTES = 256L << 20;

  /** One for the whole process, made when first needed. It keeps silent: what fails is thrown. */
  static final class Environment {
    static final OrtEnvironment INSTANCE = start();

    private Environment() {}

    private static OrtEnvironment start() {
      Telemetry.switchOff();
      OrtEnvironment started =
          OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "demitasse");
      ExtractedLibraries.delete();
      return started;
    }
  }

  private interface Loader {
    OrtSession load(OrtSession.SessionOptions settings) throws OrtException;
  }

  @Override
  public String version() {
    return "ONNX Runtime " + Environment.INSTANCE.getVersion();
  }

  @Override
  public Session open(Path file, SessionOptions options) {
    if (!Files.isRegularFile(file)) {
      throw DemitasseException.badRequest("There is no model file " + file + ": check the path.");
    }
    return open(
        new Workspace(),
        options,
        settings -> Environment.INSTANCE.createSession(file.toString(), settings));
  }

  @Override
  public Session open(Model model, SessionOptions options) {
    FileLayout layout = FileLayout.inline(model);
    if (layout.modelBytes() > IN_MEMORY_BYTES) {
      Workspace workspace = new Workspace();
      String file = workspace.store(model, options.threads()).toString();
      return open(
          workspace, options, settings -> Environment.INSTANCE.createSession(file, settings));
    }
    try (Arena arena = Arena.ofShared()) {
      MemorySegment memory = OnnxWriter.inMemory(layout, options.threads(), arena);
      return open(
          new Workspace(),
          options,
          settings -> Environment.INSTANCE.createSession(memory.asByteBuffer(), settings));
    }
  }

  @Override
  public Optional<String> refuses(Model model) {
    try (Session _ = open(model, SessionOptions.of(1).with(Optimization.NONE))) {
      return Optional.empty();
    } catch (DemitasseException e) {
      if (e.getCause() instanceof OrtException refusal) {
        return Optional.of(RuntimeMessage.of(refusal, model));
      }
      throw e;
    }
  }

  /** Hands the workspace to the session, or deletes it when there will be none. */
  private static Session open(Workspace workspace, SessionOptions options, Loader loader) {
    try {
      Cancellation.check();
      return load(workspace, options, loader);
    } catch (RuntimeException e) {
      workspace.close();
      throw e;
    }
  }

  private static Session load(Workspace workspace, SessionOptions options, Loader loader) {
    try (OrtSession.SessionOptions settings = settings(options)) {
      if (options.profile()) {
        settings.enableProfiling(workspace.folder().resolve("profile").toString());
      }
      return new OnnxSession(loader.load(settings), workspace, options.profile());
    } catch (OrtException e) {
      throw DemitasseException.backendFailed(
          "ONNX Runtime cannot load the model: " + RuntimeMessage.advised(e), e);
    }
  }

  private static OrtSession.SessionOptions settings(SessionOptions options) throws OrtException {
    OrtSession.SessionOptions settings = new OrtSession.SessionOptions();
    settings.setExecutionMode(ExecutionMode.SEQUENTIAL);
    settings.setInterOpNumThreads(1);
    settings.setIntraOpNumThreads(options.threads());
    settings.setOptimizationLevel(level(options.optimization()));
    // A thread that waits for work spins by default. Alone on the machine that is a little faster;
    // next to anything else, a second session included, it was seen to cost five times the latency
    // and ten times the spread, because the spinning threads keep the working ones from the cores.
    if (!options.usual()) {
      settings.setDeterministicCompute(true);
      settings.addConfigEntry("session.intra_op.allow_spinning", "0");
    }
    settings.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL);
    return settings;
  }

  private static OptLevel level(Optimization optimization) {
    return switch (optimization) {
      case NONE -> OptLevel.NO_OPT;
      case BASIC -> OptLevel.BASIC_OPT;
      case EXTENDED -> OptLevel.EXTENDED_OPT;
      case ALL -> OptLevel.ALL_OPT;
    };
  }
}
