package io.demitasse.provider;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Function;

/**
 * Finds what others bring: classes that files in {@code META-INF/services} of the class path name,
 * seen from the context class loader of the thread.
 */
public final class Providers {
  private Providers() {}

  /**
   * One instance of each provider of a service, in the order of the class path.
   *
   * @throws DemitasseException (backend failed) when one cannot be made, naming it
   */
  public static <T> List<T> of(Class<T> service) {
    List<T> found = new ArrayList<>();
    try {
      ServiceLoader.load(service).forEach(found::add);
    } catch (ServiceConfigurationError e) {
      throw DemitasseException.backendFailed(
          String.format(
              Locale.ROOT,
              "Something on the class path cannot be used. %s%s. Correct it, or take its jar off"
                  + " the class path.",
              e.getMessage(),
              e.getCause() == null ? "" : ": " + Reason.of(e.getCause())),
          e);
    }
    return found;
  }

  /**
   * Providers by the name of each thing they make, in the order of the class path.
   *
   * @param kind what they make, in the plural: {@code tasks}
   * @param names the names of what one makes
   * @throws DemitasseException (bad request) when two things have the same name; (backend failed)
   *     when a provider cannot be made
   */
  public static <T> Map<String, T> byName(
      Class<T> service, String kind, Function<T, ? extends Collection<String>> names) {
    Map<String, T> byName = new LinkedHashMap<>();
    for (T provider : of(service)) {
      for (String name : names.apply(provider)) {
        T first = byName.putIfAbsent(name, provider);
        if (first != null) {
          throw taken(kind, name, first.getClass(), provider.getClass());
        }
      }
    }
    return byName;
  }

  /**
   * A name that two have.
   *
   * @param kind what they are, in the plural
   */
  public static DemitasseException taken(
      String kind, String name, Class<?> first, Class<?> second) {
    return DemitasseException.badRequest(
        String.format(
            Locale.ROOT,
            "Two %s on the class path are named '%s': that of %s and that of %s. Give one of them"
                + " another name, or take its jar off the class path.",
            kind,
            name,
            first.getName(),
            second.getName()));
  }
}
