package io.demitasse;

import io.demitasse.error.Cancellation;
import io.demitasse.report.FrontReport;
import io.demitasse.report.Json;
import io.demitasse.result.FrontWriter;
import io.demitasse.result.Output;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Several results of one run, of which none beats another in size, time and loss. Closing it
 * removes the temporary files of all.
 */
public final class Front implements AutoCloseable {
  private static final String DATA = "front.json";
  private static final String PAGE = "front.html";

  private final List<Compressed> results;

  Front(List<Compressed> results) {
    this.results = List.copyOf(results);
  }

  /** At least one, the largest first; to close one is to close all. */
  public List<Compressed> results() {
    return results;
  }

  /** What they are, side by side. */
  public FrontReport report() {
    return FrontReport.of(results.stream().map(Compressed::report).toList());
  }

  /**
   * Writes all results into a new folder, whole or not at all: each in a folder of its own, named
   * from 1 on, and a page and its data that show them side by side.
   *
   * @return where each of them is
   * @throws io.demitasse.error.DemitasseException (bad request) when the folder exists; (cancelled)
   *     when this thread was interrupted, with nothing written
   */
  public List<Output> writeTo(Path folder) {
    return Cancellation.heeded(() -> write(folder));
  }

  private List<Output> write(Path folder) {
    FrontReport report = report();
    new FrontWriter(folder)
        .write(
            results.size(),
            (number, place) -> results.get(number - 1).writeTo(place),
            Map.of(DATA, Json.text(report), PAGE, report.html()));
    return IntStream.range(0, results.size())
        .mapToObj(i -> results.get(i).output(folder.resolve(Integer.toString(i + 1))))
        .toList();
  }

  /** The page that shows a front that was written to a folder. */
  public static Path page(Path folder) {
    return folder.resolve(PAGE);
  }

  @Override
  public void close() {
    results.forEach(Compressed::close);
  }
}
