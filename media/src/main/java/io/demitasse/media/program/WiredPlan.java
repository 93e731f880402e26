package io.demitasse.media.program;

import io.demitasse.data.Program;
import io.demitasse.data.ProgramProvider;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.manifest.Manifest.Modality;
import io.demitasse.media.DeclaredInputs;
import io.demitasse.media.text.TextLimits;
import io.demitasse.media.text.TextTokenizer;
import io.demitasse.media.wired.Shorthand;
import io.demitasse.media.wired.Source;
import io.demitasse.media.wired.Wiring;
import io.demitasse.media.wired.WiringCheck;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a declared program is made of.
 *
 * @param read what the manifest says
 * @param wiring as it was read, whether it fits or not
 */
record WiredPlan(ProgramProvider.Request request, BundleSettings read, Wiring wiring)
    implements ProgramPlan {

  static WiredPlan of(ProgramProvider.Request request, BundleSettings read) {
    return new WiredPlan(request, read, read.wiring(request.bundle()));
  }

  /** Of a program whose wiring goes without saying. */
  static WiredPlan of(ProgramProvider.Request request, BundleSettings read, Shorthand shorthand) {
    return new WiredPlan(request, read, read.wiring(shorthand, request.bundle()));
  }

  private Bundle bundle() {
    return request.bundle();
  }

  @Override
  public List<String> problems() {
    List<String> problems = WiringCheck.problems(wiring, bundle());
    if (problems.isEmpty() && read.problems().isEmpty()) {
      make(problems).close();
    }
    problems.addAll(0, read.problems());
    return problems;
  }

  @Override
  public Program program() {
    List<String> problems = new ArrayList<>();
    WiredProgram program = make(problems);
    problems.addAll(0, read.problems());
    if (!problems.isEmpty()) {
      program.close();
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "The program '%s' cannot run this bundle:\n  - %s",
              request.manifest().program(),
              String.join("\n  - ", problems)));
    }
    return program;
  }

  private WiredProgram make(List<String> problems) {
    List<WiredStep> steps = wiring.runs().stream().map(run -> step(run, problems)).toList();
    return new WiredProgram(wiring, steps, embeds(), false);
  }

  private WiredStep step(Wiring.Run run, List<String> problems) {
    Model model = bundle().part(run.part());
    return new WiredStep(
        run,
        DeclaredInputs.of(model),
        new SampleInputs(run.part(), files(run, model, problems), tokenizer(run, model, problems)),
        run.loop().map(loop -> DecoderParts.of(run, loop, bundle())),
        wiring.readOf(run.part()));
  }

  private Map<String, FileInput> files(Wiring.Run run, Model model, List<String> problems) {
    Map<String, FileInput> files = new LinkedHashMap<>();
    run.inputs()
        .forEach(
            (input, source) -> {
              if (source instanceof Source.OfSample ofSample) {
                file(run, model, input, ofSample, problems)
                    .ifPresent(found -> files.put(input, found));
              }
            });
    return files;
  }

  private Optional<FileInput> file(
      Wiring.Run run, Model model, String input, Source.OfSample source, List<String> problems) {
    if (isText(source)) {
      return Optional.empty();
    }
    DeclaredInputs.Input declared = DeclaredInputs.of(model).find(input).orElseThrow();
    Optional<FileInput> found =
        switch (source.name()) {
          case Source.OfSample.IMAGE -> picture(run.part(), model, declared, problems);
          case Source.OfSample.SOUND -> sound(run.part(), declared, problems);
          case Source.OfSample.VIDEO -> video(run.part(), declared, problems);
          default -> Optional.empty();
        };
    if (found.isEmpty()) {
      problems.add(
          String.format(
              Locale.ROOT,
              "step '%s' gives %s to input '%s', which takes none",
              run.name(),
              source,
              declared));
    }
    return found;
  }

  private Optional<FileInput> picture(
      String part, Model model, DeclaredInputs.Input input, List<String> problems) {
    Optional<PictureInput> found =
        PictureInput.of(
            model,
            input,
            new PictureInput.Told(null, read.filesOf(part)),
            PictureFiles.preprocessor(read.file(part)));
    found
        .filter(picture -> picture.preprocessing() == null)
        .ifPresent(picture -> problems.add("part '" + part + "': " + picture.problem()));
    return found.map(picture -> file -> only(picture.prepare(file)));
  }

  private Optional<FileInput> sound(
      String part, DeclaredInputs.Input input, List<String> problems) {
    Optional<SoundInput> found = SoundInput.of(input, read.filesOf(part), read.file(part));
    found
        .filter(sound -> sound.preprocessing() == null)
        .ifPresent(sound -> problems.add("part '" + part + "': " + sound.problem()));
    return found.map(sound -> file -> only(sound.prepare(file)));
  }

  private Optional<FileInput> video(
      String part, DeclaredInputs.Input input, List<String> problems) {
    Optional<VideoInput> found = VideoInput.of(input, read.filesOf(part), read.file(part));
    found
        .map(VideoInput::pictures)
        .filter(frames -> frames.preprocessing() == null)
        .ifPresent(frames -> problems.add("part '" + part + "': " + frames.problem()));
    return found.map(video -> file -> only(video.prepare(file)));
  }

  private static Tensor only(Map<String, Tensor> inputs) {
    return inputs.values().iterator().next();
  }

  /** A part that reads or gives words has a tokenizer; several steps of it have one each. */
  private @Nullable TextTokenizer tokenizer(Wiring.Run run, Model model, List<String> problems) {
    boolean reads = run.inputs().values().stream().anyMatch(WiredPlan::isText);
    if (!reads && run.loop().isEmpty()) {
      return null;
    }
    Optional<Path> file = read.tokenizer(run.part());
    if (file.isEmpty()) {
      return null;
    }
    try {
      TextTokenizer tokenizer = TextTokenizer.open(file.get(), TextLimits.of(model));
      if (reads) {
        BundleSettings.tryOut(tokenizer);
      }
      return tokenizer;
    } catch (DemitasseException e) {
      problems.add("part '" + run.part() + "': " + e.getMessage());
      return null;
    }
  }

  private static boolean isText(Source source) {
    return source instanceof Source.OfSample(String name, String _)
        && !Source.OfSample.FILES.contains(name);
  }

  /** Of what kinds of samples there is an embedding: of those that its sources are made of. */
  private Set<Modality> embeds() {
    Set<Modality> embeds = EnumSet.noneOf(Modality.class);
    wiring
        .outputs()
        .getOrDefault(SingleProgram.EMBEDDING, List.of())
        .forEach(source -> embeds.addAll(modalities(source)));
    return embeds;
  }

  private Set<Modality> modalities(Source source) {
    return switch (source) {
      case Source.OfSample sample -> Set.of(sample.modality());
      case Source.OfRun(String name, String _) -> {
        Set<Modality> all = EnumSet.noneOf(Modality.class);
        wiring.runs().stream()
            .filter(run -> run.name().equals(name))
            .flatMap(run -> run.inputs().values().stream())
            .forEach(input -> all.addAll(modalities(input)));
        yield all;
      }
      case Source.Constant _ -> Set.of();
    };
  }
}
