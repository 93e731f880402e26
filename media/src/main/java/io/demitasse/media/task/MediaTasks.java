package io.demitasse.media.task;

import io.demitasse.data.Samples;
import io.demitasse.data.SyntheticInputs;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskProvider;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.media.data.Datasets;
import io.demitasse.media.program.SingleProgram;
import io.demitasse.media.text.Pooling;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The tasks of this module; agreement without data is judged on synthetic inputs. Options: {@code
 * pooling} ({@code mean} or {@code first}) and {@code tokenizer} (a file) go before what lies
 * beside the model.
 */
public final class MediaTasks implements TaskProvider {
  /** Samples that are made up where there are no data. */
  private static final int SYNTHETIC = 32;

  @Override
  public List<String> names() {
    return List.of(AgreementTask.NAME, RetrievalTask.NAME);
  }

  @Override
  public Optional<Task> make(Request request) {
    return switch (request.task()) {
      case AgreementTask.NAME -> Optional.of(agreement(request));
      case RetrievalTask.NAME -> Optional.of(retrieval(request));
      default -> Optional.empty();
    };
  }

  private static Task agreement(Request request) {
    SingleProgram program = program(request);
    Samples samples =
        request.data() == null
            ? SyntheticInputs.of(model(request).graph(), request.seed(), SYNTHETIC, Map.of())
            : Datasets.open(request.data(), program.inputs());
    return new AgreementTask(samples, program);
  }

  private static Task retrieval(Request request) {
    SingleProgram program = program(request);
    if (!program.inputs().takesText()) {
      throw DemitasseException.badRequest(
          "The task retrieval needs a text encoder; this model takes %s. Use the task agreement."
              .formatted(program.inputs()));
    }
    if (program.tokenizer() == null) {
      throw DemitasseException.badRequest(
          "The task retrieval needs the model's tokenizer.json beside %s; there is none."
              .formatted(request.origin()));
    }
    return request.data() == null
        ? RetrievalTask.emoji(program)
        : RetrievalTask.of(request.data(), program);
  }

  /** The program of a single model, with the request's options. */
  private static SingleProgram program(Request request) {
    String pooling = request.options().get("pooling");
    String tokenizer = request.options().get("tokenizer");
    SingleProgram.Options options =
        new SingleProgram.Options(
            tokenizer == null ? null : Path.of(tokenizer),
            pooling == null ? null : Pooling.of(pooling));
    return SingleProgram.of(model(request), request.origin(), options);
  }

  private static Model model(Request request) {
    Model model = request.bundle().parts().get(Bundle.SINGLE);
    if (model == null || request.bundle().parts().size() != 1) {
      throw DemitasseException.badRequest(
          "The task %s runs a single model, this bundle has the parts %s."
              .formatted(request.task(), request.bundle().parts().keySet()));
    }
    return model;
  }
}
