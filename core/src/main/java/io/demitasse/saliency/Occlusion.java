package io.demitasse.saliency;

import io.demitasse.data.Answer;
import io.demitasse.data.Modalities;
import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.evaluate.BundleFiles;
import io.demitasse.evaluate.Evaluator;
import io.demitasse.evaluate.RunningParts;
import io.demitasse.evaluate.RunningProgram;
import io.demitasse.ir.Tensor;
import io.demitasse.manifest.Manifest.Modality;
import io.demitasse.port.Runtime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * Finds what in a sample an answer hangs on, by taking one place after the other out of it and
 * watching what that costs the answer (Matthew Zeiler and Rob Fergus, "Visualizing and
 * Understanding Convolutional Networks", ECCV 2014): patches of a picture become its mean, windows
 * of a sound are silenced, words of a text are dropped. It takes forward runs alone, so that it
 * works for every model.
 *
 * <pre>
 *   sample ──────── program ─▶ answer of the original        0.9
 *   sample − place ─ original ─▶ the same answer   0.4       map before: 0.5
 *                  └ result ───▶ the same answer   0.5       map after:  its own, against its own whole
 * </pre>
 */
public final class Occlusion {
  private final Runtime runtime;
  private final Program program;
  private final Modalities modalities;
  private final int threads;

  /**
   * @param program which files of candidates may have tokenizers of their own for
   * @param threads of each run
   */
  public Occlusion(Runtime runtime, Program program, Modalities modalities, int threads) {
    this.runtime = runtime;
    this.program = program;
    this.modalities = modalities;
    this.threads = threads;
  }

  /** Of each sample the maps of all that it has, in order; one that shows nothing is left out. */
  public List<Saliency> of(
      Samples samples, BundleFiles original, BundleFiles result, Evaluator.Progress progress) {
    List<Saliency> maps = new ArrayList<>();
    try (RunningProgram before = original.running(program);
        RunningProgram after = result.running(program);
        RunningParts partsBefore = parts(original);
        RunningParts partsAfter = parts(result)) {
      for (int i = 0; i < samples.size(); i++) {
        maps.addAll(
            new OneSample(
                    samples.get(i),
                    modalities,
                    List.of(
                        new Form(before.program(), partsBefore),
                        new Form(after.program(), partsAfter)))
                .maps());
        progress.at(i + 1L, samples.size());
      }
    }
    return maps;
  }

  private RunningParts parts(BundleFiles files) {
    return new RunningParts(
        part -> runtime.open(files.file(part), Runtime.SessionOptions.of(threads)),
        (part, inputs) -> {});
  }

  /** The original or the result. */
  private record Form(Program program, Program.Parts parts) {
    Map<String, Tensor> run(Sample sample) {
      return program.run(sample, parts);
    }

    Map<String, Tensor> run(Sample sample, OccludedParts occluded) {
      return program.run(sample, occluded);
    }
  }

  /** What both forms make of one sample, the original first. */
  private static final class OneSample {
    private final Sample sample;
    private final Modalities modalities;
    private final List<Form> forms;
    private final Answer answer;
    private final GivenInputs given;

    OneSample(Sample sample, Modalities modalities, List<Form> forms) {
      this.sample = sample;
      this.modalities = modalities;
      this.forms = forms;
      Form original = forms.getFirst();
      this.given = new GivenInputs(original.parts(), modalities);
      this.answer = original.program().answer(original.program().run(sample, given));
    }

    List<Saliency> maps() {
      List<Saliency> maps = new ArrayList<>();
      given
          .regions()
          .forEach(
              (input, regions) -> {
                String picture =
                    regions.modality() == Modality.IMAGE
                        ? SeenPicture.of(given.tensor(input), regions)
                        : "";
                map(regions.count(), form -> place -> withoutRegion(form, input, regions, place))
                    .map(
                        two ->
                            Saliency.of(
                                sample.id(),
                                regions.modality(),
                                List.of(),
                                regions.columns(),
                                two.getFirst(),
                                two.getLast(),
                                picture))
                    .ifPresent(maps::add);
              });
      Words.of(sample, modalities.texts()).flatMap(this::ofWords).ifPresent(maps::add);
      return maps;
    }

    private Map<String, Tensor> withoutRegion(
        Form form, GivenInputs.Input input, Regions regions, int place) {
      return form.run(sample, new OccludedParts(form.parts(), input, regions, place));
    }

    private Optional<Saliency> ofWords(Words words) {
      return map(words.count(), form -> place -> form.run(words.without(place)))
          .map(
              two ->
                  Saliency.of(
                      sample.id(),
                      Modality.TEXT,
                      words.places(),
                      words.count(),
                      two.getFirst(),
                      two.getLast(),
                      ""));
    }

    /** Runs a form without one place. */
    private interface Without {
      Map<String, Tensor> place(int place);
    }

    /** Makes what runs a form without one place. */
    private interface Occluded {
      Without of(Form form);
    }

    /** The map of each form; empty where the original's answer hangs on no place. */
    private Optional<List<List<Double>>> map(int places, Occluded occluded) {
      List<List<Double>> maps = new ArrayList<>();
      for (Form form : forms) {
        double whole = answer.score(form.run(sample));
        ToDoubleFunction<Map<String, Tensor>> loss = outputs -> whole - answer.score(outputs);
        Without without = occluded.of(form);
        maps.add(
            IntStream.range(0, places)
                .mapToObj(place -> loss.applyAsDouble(without.place(place)))
                .toList());
      }
      boolean shows =
          maps.stream().flatMap(List::stream).allMatch(Double::isFinite)
              && maps.getFirst().stream().anyMatch(lost -> lost != 0);
      return shows ? Optional.of(maps) : Optional.empty();
    }
  }
}
