package io.demitasse.zoo;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Nearest;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.provider.Providers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The architectures that there are, by name: ours, and those that an {@link ArchitectureProvider}
 * brings.
 */
public final class Zoo {
  private Zoo() {}

  /**
   * An architecture at some sizes.
   *
   * @param name as a command line spells it
   * @param summary what it is, in a few words without a full stop
   */
  public record Entry(String name, String summary, Architecture architecture) {

    /** How many numbers its weights are, with statistics of normalizations among them. */
    public long parameters() {
      return architecture.build(0).parts().values().stream()
          .flatMap(model -> model.graph().initializers().stream())
          .flatMap(value -> value.constant().stream())
          .filter(tensor -> tensor.dataType() == DataType.FLOAT)
          .mapToLong(Tensor::elementCount)
          .sum();
    }

    /** What can be chosen, with the values that it has here. */
    public List<Choice> choices() {
      return new Settings(architecture).all();
    }

    /**
     * The same with other settings.
     *
     * @param settings texts by name; what is not given stays
     * @throws DemitasseException (bad request) with everything that is wrong
     */
    public Entry with(Map<String, String> settings) {
      return new Entry(name, summary, new Settings(architecture).with(settings, name));
    }
  }

  /**
   * Something that can be chosen of an architecture.
   *
   * @param name in kebab case
   * @param value as {@link Entry#with} reads it
   */
  public record Choice(String name, String doc, String value) {}

  /**
   * All architectures, by name.
   *
   * @throws DemitasseException (bad request) when two have the same name
   */
  public static Map<String, Entry> all() {
    Map<String, Entry> all = new LinkedHashMap<>();
    PublishedSizes.ALL.forEach(entry -> all.put(entry.name(), entry));
    for (ArchitectureProvider provider : Providers.of(ArchitectureProvider.class)) {
      for (Entry entry : provider.entries()) {
        Entry first = all.putIfAbsent(entry.name(), entry);
        if (first != null) {
          throw Providers.taken(
              "architectures",
              entry.name(),
              first.architecture().getClass(),
              entry.architecture().getClass());
        }
      }
    }
    return all;
  }

  /** The names of all architectures, in the order in which they are listed. */
  public static List<String> names() {
    return List.copyOf(all().keySet());
  }

  /**
   * An architecture by name.
   *
   * @throws DemitasseException (bad request) when there is none, with the nearest name
   */
  public static Entry named(String name) {
    Map<String, Entry> all = all();
    Entry entry = all.get(name);
    if (entry == null) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "There is no architecture '%s'%s There are %s.",
              name,
              Nearest.suggestion(name, all.keySet(), "."),
              String.join(", ", all.keySet())));
    }
    return entry;
  }

  /**
   * Builds an architecture.
   *
   * @param settings texts by name, such as {@code width=8}; what is not given is as published
   * @param seed of the weights
   * @throws DemitasseException (bad request) when there is no such architecture, or it cannot be
   *     made so
   */
  public static Bundle make(String name, Map<String, String> settings, long seed) {
    return named(name).with(settings).architecture().build(seed);
  }
}
