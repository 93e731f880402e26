package io.demitasse.media.task;

import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskProvider.Request;
import io.demitasse.manifest.Manifest.Modality;
import io.demitasse.media.data.Dataset;
import io.demitasse.media.data.FieldNames.Role;
import io.demitasse.media.data.SameFiles;
import io.demitasse.media.data.SampleKinds;
import io.demitasse.media.program.EmbeddingProgram;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes tasks of programs that embed pictures and texts. Option of {@code zero-shot}: {@code
 * template}, the sentence that a class's name is put into.
 */
record TwoTowerTasks(Request request, GivenData given) {
  static final List<String> NAMES =
      List.of(ImageTextRetrieval.NAME, ZeroShot.NAME, EmbeddingAgreement.NAME);

  private static final String CAPTIONED =
      "pictures with captions: lines of a picture's path, a tab and a text (.tsv), a table or JSON"
          + " lines (.jsonl) of image and caption, or the JSON of COCO";

  /** The task of a name, one of {@link #NAMES}. */
  Task task() {
    EmbeddingProgram program = program();
    return switch (request.task()) {
      case ImageTextRetrieval.NAME -> new ImageTextRetrieval(captioned(), program);
      case EmbeddingAgreement.NAME -> new EmbeddingAgreement(captioned(), program);
      default -> zeroShot(program);
    };
  }

  private EmbeddingProgram program() {
    if (request.program() instanceof EmbeddingProgram program
        && program.embeds().containsAll(Set.of(Modality.IMAGE, Modality.TEXT))) {
      return program;
    }
    throw refused(
        String.format(
            Locale.ROOT,
            "a program that embeds pictures and texts, such as 'two-tower', but %s is run by '%s'",
            request.origin(),
            request.program().name()));
  }

  private DemitasseException refused(String needed) {
    return DemitasseException.badRequest(
        "The task " + request.task() + " needs " + needed + ". Use the task agreement.");
  }

  private Gallery captioned() {
    Dataset pictures =
        SameFiles.joined(given.as(SampleKinds.PICTURES, CAPTIONED))
            .without(TwoTowerTasks::withoutCaption, CAPTIONED);
    Gallery gallery = Gallery.of(pictures, i -> captions(pictures.get(i)));
    gallery.requireSeveral(request.task());
    return gallery;
  }

  private static List<String> captions(Sample sample) {
    return sample.fields().texts(Role.TEXT.field()).stream()
        .map(String::strip)
        .filter(caption -> !caption.isEmpty())
        .toList();
  }

  private static Optional<String> withoutCaption(Sample sample) {
    return captions(sample).isEmpty() ? Optional.of("has no caption") : Optional.empty();
  }

  private Task zeroShot(EmbeddingProgram program) {
    String template = request.options().getOrDefault("template", ZeroShot.TEMPLATE);
    if (!template.contains(ZeroShot.PLACE)) {
      throw DemitasseException.badRequest(
          "A template has "
              + ZeroShot.PLACE
              + " where the name of a class stands, such as \""
              + ZeroShot.TEMPLATE
              + "\"; got \""
              + template
              + "\".");
    }
    String needed =
        "pictures with labels: a folder of a folder for each class, a table (.csv, .tsv) or JSON"
            + " lines (.jsonl) of image and label";
    Dataset labeled =
        given.as(SampleKinds.PICTURES, needed).without(TwoTowerTasks::withoutLabel, needed);
    TreeSet<String> classes = new TreeSet<>();
    for (int i = 0; i < labeled.size(); i++) {
      classes.add(labeled.get(i).fields().text(Role.LABEL.field()).orElseThrow());
    }
    if (classes.size() < 2) {
      throw refused(
          "pictures of two classes at least, but all of "
              + labeled.name()
              + " are of the class '"
              + classes.first()
              + "'");
    }
    return ZeroShot.of(
        labeled.noting(
            String.format(
                Locale.ROOT, "%,d classes, asked for as \"%s\"", classes.size(), template)),
        classes,
        template,
        program);
  }

  private static Optional<String> withoutLabel(Sample sample) {
    return sample.fields().text(Role.LABEL.field()).filter(label -> !label.isBlank()).isPresent()
        ? Optional.empty()
        : Optional.of("has no label");
  }
}
