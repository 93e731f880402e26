package io.demitasse.run;

import io.demitasse.data.Modalities;
import io.demitasse.data.Samples;
import io.demitasse.error.Cancellation;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Dependence;
import io.demitasse.evaluate.Evaluator;
import io.demitasse.evaluate.RecordedInputs;
import io.demitasse.evaluate.Task;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Tensor;
import io.demitasse.pipeline.Event;
import io.demitasse.report.ByModality;
import io.demitasse.report.ModalityShares;
import io.demitasse.saliency.Occlusion;
import io.demitasse.saliency.Saliency;
import io.demitasse.search.SearchResult;
import io.demitasse.sensitivity.LayerError;
import io.demitasse.source.Source;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Measures what became of each modality, where there are several.
 *
 * @param task whose samples judge
 */
record ModalityMeasurement(
    RunContext context, Task task, Evaluator evaluator, SaliencyChoice saliency) {
  /** Samples whose saliency is shown. */
  private static final int EXAMPLES = 6;

  /** The result against the original. */
  ByModality of(
      SearchResult small, RecordedInputs recorded, Map<String, List<LayerError>> layerErrors) {
    Source source = context.source();
    Bundle bundle = source.bundle();
    Modalities modalities = task.program().modalities(bundle).orAsIn(source.manifest(), bundle);
    boolean several = modalities.all().size() > 1;
    ModalityShares shares =
        several
            ? ModalityShares.of(
                bundle, small.bundle().published(), modalities, sizes(recorded), layerErrors)
            : new ModalityShares(List.of(), List.of());
    return ByModality.of(
        shares, several ? dependence(small, modalities) : List.of(), saliency(small, modalities));
  }

  /** Of the smallest run of each part that was seen. */
  private Map<String, Map<String, long[]>> sizes(RecordedInputs recorded) {
    Map<String, Map<String, long[]>> sizes = new HashMap<>();
    for (String part : context.source().bundle().parts().keySet()) {
      Map<String, long[]> inputs = new HashMap<>();
      for (Map<String, Tensor> run : recorded.smallest(part, 1)) {
        run.forEach((input, tensor) -> inputs.put(input, tensor.sizes()));
      }
      sizes.put(part, inputs);
    }
    return sizes;
  }

  private List<Dependence> dependence(SearchResult small, Modalities modalities) {
    context.tell(new Event.Started("finding out how much hangs on each modality"));
    return orNone(
        "how much hangs on each modality",
        () ->
            evaluator.dependence(
                small.files(), modalities, FinalMeasurement.accuracy(context.events())));
  }

  private List<Saliency> saliency(SearchResult small, Modalities modalities) {
    Samples samples = shown(modalities);
    if (samples.size() == 0) {
      return List.of();
    }
    context.tell(new Event.Started("finding out what answers hang on"));
    return orNone(
        "what answers hang on",
        () ->
            new Occlusion(context.ports().runtime(), task.program(), modalities, context.threads())
                .of(
                    samples,
                    context.source().files(),
                    small.files(),
                    (done, total) -> context.tell(new Event.Advanced("samples", done, total))));
  }

  /** Invented samples show nothing, unless somebody asks. */
  private Samples shown(Modalities modalities) {
    Samples samples = task.samples().spread(EXAMPLES);
    return switch (saliency) {
      case NEVER -> samples.only(List.of());
      case ALWAYS -> samples;
      case WHERE_SEVERAL ->
          samples.synthetic()
              ? samples.only(List.of())
              : samples.only(
                  IntStream.range(0, samples.size())
                      .filter(i -> modalities.of(samples.get(i)).size() > 1)
                      .boxed()
                      .toList());
    };
  }

  /** What cannot be measured is told of, and spoils nothing that was measured before. */
  private <T> List<T> orNone(String what, Supplier<List<T>> measured) {
    try {
      return measured.get();
    } catch (DemitasseException e) {
      Cancellation.check();
      context.tell(new Event.Warned(what + " is missing: " + e.getMessage()));
      return List.of();
    }
  }
}
