package io.demitasse.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.data.IdentityProgram;
import io.demitasse.data.Program;
import io.demitasse.data.ProgramProvider;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskProvider;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.manifest.Manifest;
import io.demitasse.testkit.Brought;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProvidersTest {
  @TempDir private Path folder;

  /** Makes tasks of two names. */
  public static class Tasks implements TaskProvider {
    @Override
    public List<String> names() {
      return List.of("sorting", "counting");
    }

    @Override
    public Optional<Task> make(TaskProvider.Request request) {
      return Optional.empty();
    }
  }

  /** Makes one of them too. */
  public static final class MoreTasks extends Tasks {
    @Override
    public List<String> names() {
      return List.of("counting");
    }
  }

  /** Cannot be made. */
  public static final class Broken extends Tasks {
    public Broken() {
      throw new IllegalStateException("the license has run out");
    }
  }

  /** Makes programs of a name. */
  public static class Programs implements ProgramProvider {
    @Override
    public List<String> names() {
      return List.of("sorter");
    }

    @Override
    public List<String> problems(ProgramProvider.Request request) {
      return List.of();
    }

    @Override
    public Program make(ProgramProvider.Request request) {
      throw new IllegalStateException("not here");
    }

    @Override
    public Optional<Manifest> propose(Path place, Map<String, Model> models) {
      return Optional.empty();
    }
  }

  /** Makes programs of the same name. */
  public static final class MorePrograms extends Programs {}

  @Test
  void tasksOfOthersAreKnownAndSuggested() throws IOException {
    try (Brought _ = new Brought(folder, TaskProvider.class, Tasks.class.getName())) {
      assertThat(TaskProvider.known()).contains("sorting", "counting");
      assertThatThrownBy(() -> TaskProvider.find(request("sortin")))
          .hasMessageStartingWith("There is no task 'sortin'; did you mean 'sorting'?");
    }
  }

  @Test
  void twoTasksOfOneNameAreRefused() throws IOException {
    try (Brought _ =
        new Brought(folder, TaskProvider.class, Tasks.class.getName(), MoreTasks.class.getName())) {
      assertThatThrownBy(() -> TaskProvider.find(request("sorting")))
          .isInstanceOfSatisfying(
              DemitasseException.class,
              e -> assertThat(e.kind()).isEqualTo(DemitasseException.Kind.BAD_REQUEST))
          .hasMessage(
              "Two tasks on the class path are named 'counting': that of"
                  + " io.demitasse.provider.ProvidersTest$Tasks and that of"
                  + " io.demitasse.provider.ProvidersTest$MoreTasks. Give one of them another name,"
                  + " or take its jar off the class path.");
    }
  }

  @Test
  void twoProgramsOfOneNameAreRefused() throws IOException {
    Manifest manifest = new Manifest("sorter", Map.of(), Map.of(), List.of(), List.of());
    try (Brought _ =
        new Brought(
            folder,
            ProgramProvider.class,
            Programs.class.getName(),
            MorePrograms.class.getName())) {
      assertThatThrownBy(() -> ProgramProvider.of(manifest))
          .isInstanceOf(DemitasseException.class)
          .hasMessageStartingWith("Two programs on the class path are named 'sorter': ");
    }
  }

  @Test
  void aProviderThatIsMissingIsNamed() throws IOException {
    try (Brought _ = new Brought(folder, TaskProvider.class, "com.example.Gone")) {
      assertThatThrownBy(TaskProvider::known)
          .isInstanceOf(DemitasseException.class)
          .hasMessageContaining("com.example.Gone not found")
          .hasMessageEndingWith("Correct it, or take its jar off the class path.");
    }
  }

  @Test
  void aProviderThatCannotBeMadeIsNamedWithItsReason() throws IOException {
    try (Brought _ = new Brought(folder, TaskProvider.class, Broken.class.getName())) {
      assertThatThrownBy(TaskProvider::known)
          .isInstanceOf(DemitasseException.class)
          .hasMessageContaining("ProvidersTest$Broken could not be instantiated")
          .hasMessageContaining("the license has run out");
    }
  }

  private static TaskProvider.Request request(String task) {
    Bundle bundle = Bundle.of(new Model(new Graph("g", null)));
    return new TaskProvider.Request(
        task,
        bundle,
        new IdentityProgram(),
        Path.of("model.onnx"),
        null,
        null,
        Map.of(),
        1,
        count -> {
          throw new IllegalStateException("not here");
        });
  }
}
