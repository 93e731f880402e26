package io.demitasse.media.task;

import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskProvider.Request;
import io.demitasse.media.data.Dataset;
import io.demitasse.media.data.FieldNames.Role;
import io.demitasse.media.data.SameFiles;
import io.demitasse.media.data.SampleKinds;
import io.demitasse.media.metric.TextNormalization;
import java.util.List;
import java.util.TreeSet;

/**
 * Makes tasks of programs that generate texts or answer questions. Option of {@code speech}: {@code
 * normalization}, how transcripts are made alike, see {@link TextNormalization}.
 */
record GenerationTasks(Request request, GivenData given) {
  static final List<String> NAMES =
      List.of(
          SpeechRecognition.NAME,
          Captioning.NAME,
          QuestionAnswering.NAME,
          GenerationAgreement.NAME);

  /** The task of a name, one of {@link #NAMES}. */
  Task task() {
    return switch (request.task()) {
      case SpeechRecognition.NAME -> speech();
      case Captioning.NAME -> captioning();
      case QuestionAnswering.NAME -> answering();
      default ->
          new GenerationAgreement(
              given.as(given.kinds(SampleKinds.ANY), "samples that the program takes"),
              request.program());
    };
  }

  private Task speech() {
    SpeechRecognition judgment =
        new SpeechRecognition(
            TextNormalization.named(request.options().getOrDefault("normalization", "english")));
    String needed =
        "sounds with transcripts: a table (.csv, .tsv) or JSON lines (.jsonl) of audio and text, or"
            + " a list of transcripts";
    Dataset sounds = given.as(SampleKinds.SOUNDS, needed);
    return new LabelTask<>(judgment, sounds.without(judgment::problem, needed), request.program());
  }

  private Task captioning() {
    String needed =
        "pictures with captions: a table (.csv, .tsv) or JSON lines (.jsonl) of image and caption,"
            + " or the JSON of COCO";
    Dataset pictures =
        SameFiles.joined(given.as(SampleKinds.PICTURES, needed))
            .without(Captioning::problem, needed);
    if (pictures.size() < 2) {
      throw DemitasseException.badRequest(
          "The task captioning needs two pictures at least, whose captions tell which words are"
              + " rare; there is one in "
              + pictures.name()
              + ".");
    }
    return new LabelTask<>(Captioning.of(pictures), pictures, request.program());
  }

  private Task answering() {
    String needed =
        "pictures with questions and answers: a table (.csv, .tsv) or JSON lines (.jsonl) of image,"
            + " question and answer";
    Dataset asked =
        given.as(SampleKinds.PICTURES, needed).without(QuestionAnswering::problem, needed);
    TreeSet<String> labels = new TreeSet<>();
    TreeSet<String> kinds = new TreeSet<>();
    for (int i = 0; i < asked.size(); i++) {
      labels.addAll(asked.get(i).fields().texts(Role.LABEL.field()));
      kinds.add(QuestionAnswering.kind(asked.get(i)));
    }
    Answers answers = Answers.of(request, labels);
    return new LabelTask<>(
        new QuestionAnswering(answers, kinds),
        answers.byClass().isEmpty() ? asked : asked.noting("answers: " + answers.how()),
        request.program());
  }
}
