package io.demitasse.run;

import io.demitasse.evaluate.Probes;
import io.demitasse.evaluate.RecordedInputs;
import io.demitasse.evaluate.SelfAgreement;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.Workload;
import io.demitasse.evaluate.Workloads;
import io.demitasse.pipeline.Event;
import io.demitasse.source.Source;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is found out of the original before anything is tried.
 *
 * @param recordedInputs what flows into its parts
 * @param workloads what is timed, by part; a part that no sample reaches has none
 * @param compared what exact steps have to give the same outputs on, by part
 * @param found what whoever reads the result should know
 */
record Preparation(
    RecordedInputs recordedInputs,
    Map<String, List<Workload>> workloads,
    Map<String, List<Workload>> compared,
    List<String> found) {

  /** Runs the original on the samples of a task. */
  static Preparation of(RunContext context, Task task, long seed) {
    context.tell(new Event.Started("recording inputs of each part"));
    Source source = context.source();
    RecordedInputs recordedInputs =
        RecordedInputs.of(context.ports().runtime(), source.files(), task, context.threads());
    Map<String, List<Workload>> workloads =
        Workloads.of(recordedInputs, source.bundle().parts(), task.program().takesBatches());
    List<String> found = selfAgreement(context, recordedInputs);
    Map<String, List<Workload>> compared =
        task.samples().synthetic() ? compared(context, workloads, seed) : workloads;
    return new Preparation(recordedInputs, workloads, compared, found);
  }

  /** What each part gives twice for the same inputs. */
  private static List<String> selfAgreement(RunContext context, RecordedInputs recordedInputs) {
    Source source = context.source();
    List<String> notes = new ArrayList<>();
    source
        .bundle()
        .parts()
        .forEach(
            (part, model) ->
                recordedInputs.smallest(part, 1).stream()
                    .flatMap(
                        inputs ->
                            SelfAgreement.notes(
                                context.ports().runtime(), source.files().file(part), model, inputs)
                                .stream())
                    .map(note -> source.isFolder() ? part + ": " + note : note)
                    .forEach(notes::add));
    return notes;
  }

  /** Without data, what is recorded are invented inputs of one kind: exact steps see more. */
  private static Map<String, List<Workload>> compared(
      RunContext context, Map<String, List<Workload>> workloads, long seed) {
    Source source = context.source();
    Map<String, List<Workload>> compared = new LinkedHashMap<>(workloads);
    workloads.forEach(
        (part, timed) -> {
          if (timed.isEmpty()) {
            return;
          }
          Probes probes =
              Probes.of(
                  context.ports().runtime(),
                  source.files().file(part),
                  source.bundle().part(part).graph(),
                  timed.getFirst().inputs(),
                  seed);
          List<Workload> all = new ArrayList<>(timed);
          all.addAll(probes.workloads());
          compared.put(part, all);
          if (probes.leftOut() > 0) {
            context.tell(
                new Event.Noted(
                    "exact steps are compared on "
                        + all.size()
                        + " kinds of inputs; "
                        + probes.leftOut()
                        + " more were left out, since the original cannot run them"));
          }
        });
    return compared;
  }
}
