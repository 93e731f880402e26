package io.demitasse.media.task;

import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.TaskProvider.Request;
import io.demitasse.media.data.Captions;
import io.demitasse.media.data.Dataset;
import io.demitasse.media.data.Datasets;
import io.demitasse.media.data.FieldNames;
import io.demitasse.media.data.SampleKinds;
import io.demitasse.media.program.DeclaredProgram;
import io.demitasse.media.program.SingleProgram;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The samples that a task is given. */
record GivenData(Request request) {

  /** What the program takes: a model by itself says it, and a program that is declared. */
  SampleKinds kinds(SampleKinds ofBundles) {
    return switch (request.program()) {
      case SingleProgram single ->
          SampleKinds.of(single.inputs())
              .withFiles(
                  single.pictures() != null, single.sounds() != null, single.videos() != null);
      case DeclaredProgram declared -> declared.kinds();
      default -> ofBundles;
    };
  }

  /** Samples of what the program takes; null where none were given. */
  @Nullable Dataset any() {
    if (request.samples() != null) {
      return Dataset.from(request.samples());
    }
    return request.data() == null ? null : open(request.data());
  }

  /**
   * Samples of some kind.
   *
   * @param needed what would be of use, for the message
   * @throws DemitasseException (bad request) where none were given, or they cannot be read
   */
  Dataset as(SampleKinds kinds, String needed) {
    if (request.samples() != null) {
      return Dataset.from(request.samples());
    }
    if (request.data() == null) {
      throw DemitasseException.badRequest(
          "The task " + request.task() + " needs data: " + needed + ".");
    }
    return kinds.equals(SampleKinds.PICTURES) && Captions.areIn(request.data(), names())
        ? Captions.read(request.data()).samples()
        : Datasets.open(request.data(), kinds, names());
  }

  /** Opens data of what the program takes. */
  Dataset open(Path data) {
    Dataset samples = Datasets.open(data, kinds(SampleKinds.MEDIA), names());
    return request.program() instanceof SingleProgram single
            && samples.get(samples.size() - 1) instanceof Sample.File
        ? single.accountOfFiles().map(samples::noting).orElse(samples)
        : samples;
  }

  private FieldNames names() {
    String fields = request.options().get("fields");
    return fields == null ? FieldNames.USUAL : FieldNames.parse(fields);
  }
}
