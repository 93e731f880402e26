package io.demitasse.port;

import io.demitasse.error.DemitasseException;
import java.util.ServiceLoader;

/** The implementations on the class path. */
public record Ports(ModelFormat format, Runtime runtime) {

  /**
   * Finds one implementation of each port.
   *
   * @throws DemitasseException (backend failed) when one is missing, naming the module to add
   */
  public static Ports find() {
    return new Ports(one(ModelFormat.class, "reads models"), one(Runtime.class, "runs models"));
  }

  private static <T> T one(Class<T> port, String what) {
    return ServiceLoader.load(port)
        .findFirst()
        .orElseThrow(
            () ->
                DemitasseException.backendFailed(
                    "What "
                        + what
                        + " is in a module that is not on the class path: add"
                        + " io.demitasse:demitasse-onnx, in the version of demitasse-core.",
                    null));
  }
}
