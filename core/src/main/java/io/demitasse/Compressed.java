package io.demitasse;

import io.demitasse.error.Cancellation;
import io.demitasse.ir.Bundle;
import io.demitasse.recipe.Recipe;
import io.demitasse.report.Report;
import io.demitasse.report.Reports;
import io.demitasse.result.Output;
import io.demitasse.result.Reservation;
import io.demitasse.result.ResultWriter;
import io.demitasse.run.RunResult;
import io.demitasse.source.Source;
import java.nio.file.Path;

/** A result: the small model with its recipe and report. Closing it removes its temporary files. */
public final class Compressed implements AutoCloseable {
  private final RunResult result;

  Compressed(RunResult result) {
    this.result = result;
  }

  /** Which data would make the evidence stronger, in sentences; empty when nothing is missing. */
  public String advice() {
    return result.advice();
  }

  /** The small model as a bundle, as it is written. */
  public Bundle bundle() {
    return result.found().bundle().published();
  }

  public Report report() {
    return result.report();
  }

  /**
   * The resolved recipe: replaying it gives the same bytes. What its steps found out in files is
   * there until this is closed; {@link #writeTo} writes it beside the recipe, to be read from
   * there.
   */
  public Recipe recipe() {
    return result.recipe();
  }

  /**
   * Writes model, recipe with what it found out, and report, whole or not at all. A destination
   * named {@code X.onnx} gets its recipe and report beside it; any other becomes a folder. A bundle
   * becomes a folder with what its program is known to need.
   *
   * @return where everything is
   * @throws io.demitasse.error.DemitasseException (bad request) when the destination exists or is
   *     something that is read; (bad model) when the original was cut short meanwhile; (cancelled)
   *     when this thread was interrupted, with nothing written
   */
  public Output writeTo(Path destination) {
    return Cancellation.heeded(() -> write(destination, false));
  }

  /**
   * Like {@link #writeTo(Path)}, but replaces the model that is there, and what Demitasse wrote
   * beside it; never the original, and nothing of anyone else.
   */
  public Output replaceAt(Path destination) {
    return Cancellation.heeded(() -> write(destination, true));
  }

  /** Where everything is that is written to a destination. */
  Output output(Path destination) {
    return Output.of(result.source().path(), destination);
  }

  private Output write(Path destination, boolean replace) {
    Source source = result.source();
    Output output = output(destination);
    try (Reservation place = ResultWriter.reserve(source, source.read(), output, replace)) {
      return write(place);
    }
  }

  /** Writes to a place that was held since before the work, see {@link Demitasse#reserve}. */
  public Output writeTo(Reservation place) {
    return Cancellation.heeded(() -> write(place));
  }

  private Output write(Reservation place) {
    Report report = report();
    ResultWriter.Texts texts =
        new ResultWriter.Texts(
            report.recipe(), inventory -> Reports.json(report, inventory), Reports.html(report));
    result
        .source()
        .whileReading(
            () -> {
              new ResultWriter(place, result.format())
                  .write(result.found().bundle(), recipe().found(), texts);
              return texts;
            });
    return place.output();
  }

  @Override
  public void close() {
    result.files().close();
  }
}
