package io.demitasse.media.data;

import io.demitasse.data.Fields;
import io.demitasse.data.Sample;
import io.demitasse.data.Split;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.manifest.InnerFile;
import io.demitasse.media.DeclaredInputs;
import io.demitasse.media.data.FieldNames.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Makes samples of named values, as a line of JSON and a row of a table hold them. What the model
 * is given is a file that is named, else a text, else the model's inputs; all other values are
 * fields.
 *
 * @param folder where files lie that are named, absolute
 */
record NamedValues(Path folder, SampleKinds kinds, FieldNames names) {

  /** Values of a list that lies in a folder. */
  static NamedValues beside(Path list, SampleKinds kinds, FieldNames names) {
    return new NamedValues(list.toAbsolutePath().normalize().resolveSibling(""), kinds, names);
  }

  /**
   * Makes the sample of some values.
   *
   * @throws DemitasseException (bad request) when there is none in them, without naming the place
   */
  LineSamples.Parsed parsed(String id, Fields values) {
    Set<String> free = free(values);
    return new LineSamples.Parsed(
        input(id, values, free).with(known(values, free)), split(values, free));
  }

  /**
   * Makes the sample of arrays: the model's inputs, and what is known beside. Where a label is
   * among them, one array of another name may be the only input.
   *
   * @throws DemitasseException (bad request) when an input is missing or does not fit
   */
  Sample arrays(String id, Map<String, Tensor> arrays) {
    Fields values = new Fields(named(arrays));
    Map<String, Tensor> inputs = kinds.tensors().fit(values.values());
    return new Sample.Tensors(id, inputs, known(values, free(values)));
  }

  /** The same arrays, the only one that is no label by the name of the only input. */
  Map<String, Tensor> named(Map<String, Tensor> arrays) {
    List<DeclaredInputs.Input> required = kinds.tensors().required();
    Set<String> others = new TreeSet<>(arrays.keySet());
    for (Role role : Role.values()) {
      names.find(role, arrays.keySet()).ifPresent(others::remove);
    }
    if (required.size() != 1
        || arrays.containsKey(required.getFirst().name())
        || others.size() != 1
        || arrays.size() == 1) {
      return arrays;
    }
    Map<String, Tensor> named = new LinkedHashMap<>(arrays);
    named.put(
        required.getFirst().name(), Objects.requireNonNull(named.remove(others.iterator().next())));
    return named;
  }

  private Set<String> free(Fields values) {
    return values.names().stream()
        .filter(name -> kinds.tensors().find(name).isEmpty())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /**
   * Reads everything that a sample is made of.
   *
   * @param notes is told what is not seen of it
   */
  void check(Sample sample, Consumer<String> notes) {
    if (sample instanceof Sample.File file) {
      new SampleFile(file.id(), file.path()).check(kinds, notes);
    }
  }

  private Sample input(String id, Fields values, Set<String> free) {
    Optional<String> file = kinds.files() ? value(Role.FILE, values, free) : Optional.empty();
    if (file.isPresent()) {
      return file(file.get());
    }
    if (kinds.texts()) {
      Optional<String> words = words(values, free);
      if (words.isPresent()) {
        return new Sample.Text(id, words.get());
      }
    }
    if (kinds.tensors().inputs().isEmpty()) {
      throw DemitasseException.badRequest(
          "has no '" + name(kinds.texts() ? Role.TEXT : Role.FILE) + "'");
    }
    return new Sample.Tensors(id, kinds.tensors().fit(values.values()));
  }

  private String name(Role role) {
    return names.said().getOrDefault(role, role.field());
  }

  /** A text, or words that make one. */
  private Optional<String> words(Fields values, Set<String> free) {
    Optional<String> text = names.find(Role.TEXT, free);
    if (text.isEmpty()) {
      return names
          .find(Role.TOKENS, free)
          .map(tokens -> String.join(" ", values.texts(tokens)))
          .filter(joined -> !joined.isBlank());
    }
    Tensor value = values.values().get(text.get());
    if (value == null || value.dataType() != DataType.STRING || value.rank() > 0) {
      throw DemitasseException.badRequest("has a '" + text.get() + "' that is no string");
    }
    return Optional.of(
        values
            .text(text.get())
            .filter(words -> !words.isBlank())
            .orElseThrow(
                () -> DemitasseException.badRequest("has a '" + text.get() + "' that is blank")));
  }

  private Sample file(String name) {
    Path path =
        InnerFile.of(folder, name)
            .orElseThrow(
                () ->
                    DemitasseException.badRequest(
                        "names the file " + name + ", which is outside the folder of the list"));
    SampleFile file = new SampleFile(name, path);
    if (!file.isFor(kinds)) {
      throw DemitasseException.badRequest(
          "names the file " + name + ", which is of no kind that this model takes");
    }
    if (!Files.isRegularFile(path)) {
      throw DemitasseException.badRequest("names the file " + name + ", and there is none");
    }
    return file.read(kinds);
  }

  private Optional<String> value(Role role, Fields values, Set<String> free) {
    return names.find(role, free).flatMap(values::text).filter(text -> !text.isBlank());
  }

  /** All values but the model's inputs, what has a role under the name of that. */
  private Fields known(Fields values, Set<String> free) {
    Map<String, Tensor> known = new LinkedHashMap<>();
    values
        .values()
        .forEach(
            (name, value) -> {
              if (free.contains(name) && !isBlank(values, name)) {
                known.put(name, value);
              }
            });
    for (Role role : Role.values()) {
      names.find(role, free).map(known::get).ifPresent(value -> known.put(role.field(), value));
    }
    return new Fields(known);
  }

  /** A blank text says nothing, and a list of nothing either. */
  private static boolean isBlank(Fields values, String name) {
    Optional<Tensor> value = values.find(name);
    return value.map(Tensor::elementCount).orElse(0L) == 0
        || (value.filter(each -> each.dataType() == DataType.STRING).isPresent()
            && values.texts(name).stream().allMatch(String::isBlank));
  }

  private Optional<Split> split(Fields values, Set<String> free) {
    Optional<String> name = names.find(Role.SPLIT, free);
    if (name.isEmpty() || isBlank(values, name.get())) {
      return Optional.empty();
    }
    String said = values.text(name.get()).orElse("of several");
    return Optional.of(
        Split.named(said)
            .orElseThrow(
                () ->
                    DemitasseException.badRequest(
                        "has the \""
                            + name.get()
                            + "\" \""
                            + said
                            + "\", expected "
                            + Split.usualNames())));
  }
}
