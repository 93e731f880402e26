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
    return new Ports(one(ModelFormat.class), one(Runtime.class));
  }

  private static <T> T one(Class<T> port) {
    return ServiceLoader.load(port)
        .findFirst()
        .orElseThrow(
            () ->
                DemitasseException.backendFailed(
                    "No implementation of "
                        + port.getSimpleName()
                        + " is on the class path: add demitasse-onnx.",
                    null));
  }
}
