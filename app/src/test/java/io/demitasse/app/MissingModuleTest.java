package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.Demitasse;
import io.demitasse.error.DemitasseException;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.tune.Distill;
import io.demitasse.recipe.Budget;
import io.demitasse.recipe.Recipe;
import io.demitasse.recipe.Step;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A module that a Java program forgot is named as a build file names it. */
final class MissingModuleTest {
  private final ClassLoader usual = Thread.currentThread().getContextClassLoader();

  @TempDir private Path folder;

  /** Sees all classes, but none of the services of a package. */
  private static final class Without extends ClassLoader {
    private final String services;

    Without(String services, ClassLoader parent) {
      super(parent);
      this.services = services;
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
      return !name.startsWith("META-INF/services/io.demitasse." + services)
          ? super.getResources(name)
          : Collections.emptyEnumeration();
    }
  }

  @AfterEach
  void restore() {
    Thread.currentThread().setContextClassLoader(usual);
  }

  @Test
  void namesTheModuleThatReadsModels() {
    forget("port.");

    assertThatThrownBy(() -> Demitasse.open(folder.resolve("model.onnx")))
        .isInstanceOf(DemitasseException.class)
        .hasMessage(
            "What reads models is in a module that is not on the class path: add"
                + " io.demitasse:demitasse-onnx, in the version of demitasse-core.");
  }

  @Test
  void namesTheModuleThatRunsPrograms() throws IOException {
    Demitasse job = Demitasse.open(SmallEncoder.alone(folder));
    forget("data.");

    assertThatThrownBy(job::forecast)
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("add io.demitasse:demitasse-media");
  }

  @Test
  void namesTheModuleThatHasTasks() throws IOException {
    Demitasse job = Demitasse.open(SmallEncoder.alone(folder));
    forget("evaluate.");

    assertThatThrownBy(job::forecast)
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("add io.demitasse:demitasse-media")
        .hasMessageContaining("or give a Task of your own");
  }

  @Test
  void namesTheModuleThatTrains() throws IOException {
    Demitasse job = Demitasse.open(SmallEncoder.alone(folder));
    Step train = Step.of(PassOptions.defaults(Distill.class), Where.EVERYWHERE);
    Recipe recipe = new Recipe(List.of(train), "", Budget.DEFAULT, 7, false, Map.of());
    forget("port.Trainer");

    assertThatThrownBy(() -> job.recipe(recipe))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("pass 'distill' needs the port Trainer")
        .hasMessageContaining("add io.demitasse:demitasse-torch");
  }

  private void forget(String services) {
    Thread.currentThread().setContextClassLoader(new Without(services, usual));
  }
}
