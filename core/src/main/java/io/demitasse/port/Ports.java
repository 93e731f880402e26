package io.demitasse.port;

import io.demitasse.error.DemitasseException;
import io.demitasse.provider.Providers;
import java.util.Optional;

/** The implementations on the class path. */
public record Ports(ModelFormat format, Runtime runtime) {
  private static final String OURS = "io.demitasse:";

  /**
   * Finds an implementation of each port that no run goes without.
   *
   * @throws DemitasseException (backend failed) when one is missing, naming the module to add
   */
  public static Ports find() {
    return new Ports(required(ModelFormat.class), required(Runtime.class));
  }

  /**
   * Finds the first implementation of a port on the class path.
   *
   * @param port an interface annotated with {@link Port}
   */
  public static <T> Optional<T> find(Class<T> port) {
    return Providers.of(port).stream().findFirst();
  }

  /**
   * That a port has no implementation on the class path, and what to add: a sentence without a full
   * stop.
   *
   * @param port an interface annotated with {@link Port}
   */
  public static String missing(Class<?> port) {
    Port declared = port.getAnnotation(Port.class);
    if (declared == null) {
      throw new IllegalStateException(port.getName() + " lacks @Port");
    }
    return "What "
        + declared.does()
        + " is in a module that is not on the class path: add "
        + declared.module()
        + (declared.module().startsWith(OURS) ? ", in the version of demitasse-core" : "");
  }

  private static <T> T required(Class<T> port) {
    return find(port)
        .orElseThrow(() -> DemitasseException.backendFailed(missing(port) + ".", null));
  }
}
