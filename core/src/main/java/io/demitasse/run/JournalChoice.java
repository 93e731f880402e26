package io.demitasse.run;

import io.demitasse.error.DemitasseException;
import io.demitasse.journal.Circumstances;
import io.demitasse.journal.JournalFile;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a run writes down what it measures.
 *
 * @param file null for nowhere
 * @param resume whether it goes on with what the file holds
 * @param taskOptions settings of the task, which its scores depend on
 */
public record JournalChoice(@Nullable Path file, boolean resume, Map<String, String> taskOptions) {
  public static final JournalChoice NONE = new JournalChoice(null, false, Map.of());

  public JournalChoice {
    taskOptions = new TreeMap<>(taskOptions);
  }

  public JournalChoice with(Map<String, String> options) {
    return new JournalChoice(file, resume, options);
  }

  /**
   * Opens the journal.
   *
   * @return null where there is none
   * @throws DemitasseException (bad request) when it cannot be written, or not be gone on with
   */
  @Nullable JournalFile open(Supplier<Circumstances> circumstances) {
    if (file == null) {
      return null;
    }
    return resume
        ? JournalFile.resume(file, circumstances.get())
        : JournalFile.begin(file, circumstances.get());
  }
}
