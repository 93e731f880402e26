package io.demitasse.media.task;

import io.demitasse.data.Program;
import io.demitasse.data.Samples;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskProvider;
import io.demitasse.ir.Bundle;
import io.demitasse.manifest.Manifest.Modality;
import io.demitasse.media.data.BuiltInSentences;
import io.demitasse.media.data.Captions;
import io.demitasse.media.data.Dataset;
import io.demitasse.media.data.SampleKinds;
import io.demitasse.media.program.EmbeddingProgram;
import io.demitasse.media.program.OcrProgram;
import io.demitasse.media.program.SingleProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The tasks of this module; agreement without data is judged on built-in sentences where the model
 * takes texts and has its tokenizer, else on synthetic inputs. Option of {@code ocr}: {@code unit},
 * {@code pages} or {@code lines}; {@code pages}, how many of each row are judged at most. Option of
 * those that read tables and JSON lines: {@code fields}, which names hold what, see {@link
 * FieldNames#parse}.
 */
public final class MediaTasks implements TaskProvider {
  /** Samples that are made up where there are no data. */
  private static final int SYNTHETIC = 32;

  @Override
  public List<String> names() {
    return Stream.of(
            List.of(AgreementTask.NAME, RetrievalTask.NAME, OcrTask.NAME),
            LabelTasks.NAMES,
            GenerationTasks.NAMES,
            TwoTowerTasks.NAMES,
            PictureTasks.NAMES)
        .flatMap(List::stream)
        .toList();
  }

  @Override
  public Optional<Task> make(Request request) {
    return switch (request.task()) {
      case AgreementTask.NAME -> Optional.of(agreement(request));
      case RetrievalTask.NAME -> Optional.of(retrieval(labeled(request)));
      case OcrTask.NAME -> Optional.of(ocr(labeled(request)));
      default -> others(request);
    };
  }

  private static Optional<Task> others(Request request) {
    GivenData given = new GivenData(request);
    String name = request.task();
    if (LabelTasks.NAMES.contains(name)) {
      return Optional.of(new LabelTasks(request, given.any()).task());
    }
    if (GenerationTasks.NAMES.contains(name)) {
      return Optional.of(new GenerationTasks(request, given).task());
    }
    if (TwoTowerTasks.NAMES.contains(name)) {
      return Optional.of(new TwoTowerTasks(request, given).task());
    }
    return PictureTasks.NAMES.contains(name)
        ? Optional.of(new PictureTasks(request, given).task())
        : Optional.empty();
  }

  private static Task agreement(Request request) {
    if (request.samples() != null) {
      return new AgreementTask(request.samples(), request.program());
    }
    Path data = request.data();
    if (data == null) {
      return new AgreementTask(invented(request), request.program());
    }
    Dataset given = new GivenData(request).open(data);
    return takesPictures(request.program()) && Files.isDirectory(data)
        ? LabeledPictures.of(
            given, request.program(), request.bundle().part(Bundle.SINGLE), request.origin())
        : new AgreementTask(given, request.program());
  }

  private static boolean takesPictures(Program program) {
    return program instanceof SingleProgram single && single.pictures() != null;
  }

  /** Labels come with files. */
  private static Request labeled(Request request) {
    if (request.samples() != null) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "The task %s needs labels, which samples do not carry: give their files, or a task of"
                  + " your own. Without labels there is the task agreement.",
              request.task()));
    }
    return request;
  }

  /** What flows between the parts of a bundle cannot be made up. */
  private static Samples invented(Request request) {
    if (!request.bundle().parts().keySet().equals(Set.of(Bundle.SINGLE))) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "The task %s needs data to run the parts %s of %s together. Give some: %s.",
              request.task(),
              String.join(", ", request.bundle().parts().keySet()),
              request.origin(),
              new GivenData(request).kinds(SampleKinds.MEDIA).understood()));
    }
    if (request.program() instanceof SingleProgram single && single.tokenizer() != null) {
      return new BuiltInSentences();
    }
    return new InventedInputs(
        request.inventor().samples(SYNTHETIC), new GivenData(request).kinds(SampleKinds.MEDIA));
  }

  private static Task retrieval(Request request) {
    if (!(request.program() instanceof EmbeddingProgram program)) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "The task retrieval needs a program that embeds, such as 'two-tower'; %s is run by"
                  + " '%s'. Use the task agreement.",
              request.origin(),
              request.program().name()));
    }
    if (program.embeds().contains(Modality.IMAGE)) {
      return RetrievalTask.of(captions(request), program);
    }
    if (program instanceof SingleProgram single) {
      requireText(single, request);
    }
    return request.data() == null
        ? RetrievalTask.emoji(program)
        : RetrievalTask.of(request.data(), program);
  }

  private static Captions captions(Request request) {
    if (request.data() == null) {
      throw DemitasseException.badRequest(
          "The task retrieval needs pictures with their texts, and there are none built in. Give "
              + Captions.FORM
              + ".");
    }
    return Captions.read(request.data());
  }

  private static void requireText(SingleProgram program, Request request) {
    if (!program.inputs().takesText()) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "The task retrieval needs a text encoder; this model takes %s. Use the task"
                  + " agreement.",
              program.inputs()));
    }
    if (program.tokenizer() == null) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "The task retrieval needs the model's tokenizer.json beside %s; there is none.",
              request.origin()));
    }
  }

  private static Task ocr(Request request) {
    OcrUnit unit = OcrUnit.of(request.options().getOrDefault("unit", "pages"));
    if (!(request.program() instanceof OcrProgram program)) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "The task ocr needs a bundle of the program 'ocr'; %s is run by '%s'.",
              request.origin(),
              request.program().name()));
    }
    OcrTask task =
        request.data() == null
            ? OcrTask.builtIn(program, unit)
            : OcrTask.of(request.data(), program, unit);
    String pages = request.options().get("pages");
    return pages == null ? task : task.withPages(positive(pages));
  }

  private static int positive(String pages) {
    try {
      int count = Integer.parseInt(pages);
      if (count > 0) {
        return count;
      }
    } catch (NumberFormatException e) {
      // Told below, as for any other text.
    }
    throw DemitasseException.badRequest(
        "pages must be a number from 1, of the pages of each row to judge, got '" + pages + "'.");
  }
}
