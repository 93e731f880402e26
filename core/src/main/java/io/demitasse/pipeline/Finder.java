package io.demitasse.pipeline;

import io.demitasse.error.Cancellation;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.ValueType;
import io.demitasse.pass.PassOptions;
import io.demitasse.recipe.Resolution;
import io.demitasse.recipe.Step;
import io.demitasse.stored.StoredTensors;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.jspecify.annotations.Nullable;

/** What one step finds out of one part, and the random numbers that it takes. */
final class Finder {
  private final String pass;
  private final String part;
  private final Step step;
  private final long seed;
  private final Map<String, StoredTensors> found = new LinkedHashMap<>();
  private Findings findings = Findings.NONE;
  private RandomGenerator random;
  private @Nullable String searched;

  Finder(String part, Step step, long seed) {
    this.pass = PassOptions.name(step.pass().getClass());
    this.part = part;
    this.step = step;
    this.seed = seed;
    this.random = generator(seed);
  }

  /** Gives a place to keep what is found. */
  void keepIn(Findings place) {
    findings = place;
  }

  /** What was found in files, by {@link Resolution#key}. */
  Map<String, StoredTensors> all() {
    return Collections.unmodifiableMap(found);
  }

  RandomGenerator random() {
    return random;
  }

  /** Whether a search runs, which changes and tells nothing. */
  boolean isSearching() {
    return searched != null;
  }

  /** Where the search that runs keeps how far it is, if one runs and anything outlives the run. */
  Optional<Path> unfinished() {
    return Optional.ofNullable(searched).flatMap(key -> findings.unfinished(step, key));
  }

  Map<String, Tensor> find(
      String name, Map<String, ValueType.OfTensor> types, Supplier<Map<String, Tensor>> search) {
    Cancellation.check();
    String key = Resolution.key(part, name);
    if (searched != null || found.containsKey(key)) {
      throw new IllegalStateException("the pass finds out '" + name + "' twice, or in a search");
    }
    TensorTypes expected = new TensorTypes(types);
    boolean known = !step.resolution().found().isEmpty();
    StoredTensors stored =
        known
            ? findings.take(remembered(key))
            : findings.find(step, key, () -> searched(key, expected, search));
    Map<String, Tensor> tensors = stored.read();
    expected.requireStored(tensors, pass, key, stored);
    found.put(key, stored);
    return tensors;
  }

  private StoredTensors remembered(String key) {
    Map<String, StoredTensors> all = step.resolution().found();
    return Optional.ofNullable(all.get(key))
        .orElseThrow(
            () -> TensorTypes.unfit(pass, "there is no '" + key + "' among " + all.keySet()));
  }

  /** Random numbers that the search takes are not missing where it does not run. */
  private Map<String, Tensor> searched(
      String key, TensorTypes expected, Supplier<Map<String, Tensor>> search) {
    RandomGenerator outer = random;
    random = generator(seed ^ key.hashCode());
    searched = key;
    try {
      Map<String, Tensor> tensors = search.get();
      expected.requireFound(tensors, key);
      return tensors;
    } finally {
      searched = null;
      random = outer;
    }
  }

  private static RandomGenerator generator(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }
}
