package io.demitasse.data;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.manifest.Manifest;
import io.demitasse.manifest.Manifest.Modality;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What flows into parts is of, and which of it a sample has.
 *
 * @param given what a part is given of a sample itself, by part and input
 * @param flowing what flows into other inputs from parts that ran before, by part and input
 * @param file what the file of a sample is of; empty where files are not taken
 * @param texts fields of a sample that are given as text
 */
public record Modalities(
    Map<String, Map<String, Modality>> given,
    Map<String, Map<String, Set<Modality>>> flowing,
    Optional<Modality> file,
    Set<String> texts) {
  public Modalities {
    given = Collections.unmodifiableMap(new LinkedHashMap<>(given));
    flowing = Collections.unmodifiableMap(new LinkedHashMap<>(flowing));
    texts = Collections.unmodifiableSet(new TreeSet<>(texts));
  }

  /** As the names, types and ranks of inputs tell, of a program that is given tensors. */
  public static Modalities of(Bundle bundle) {
    Map<String, Map<String, Modality>> given = new LinkedHashMap<>();
    bundle.parts().forEach((part, model) -> given.put(part, of(model)));
    return new Modalities(given, Map.of(), Optional.empty(), Set.of());
  }

  private static Map<String, Modality> of(Model model) {
    boolean sampleRate = model.graph().inputs().stream().anyMatch(InputRole::isSampleRate);
    Map<String, Modality> inputs = new LinkedHashMap<>();
    for (Value input : model.graph().inputs()) {
      if (input.dataType().isPresent()) {
        InputRole.modality(input, sampleRate).ifPresent(found -> inputs.put(input.name(), found));
      }
    }
    return inputs;
  }

  /** The same of a program that takes files. */
  public Modalities withFiles(Modality modality) {
    return new Modalities(given, flowing, Optional.of(modality), texts);
  }

  /** The same where inputs of which nothing is known are of what the manifest says of the part. */
  public Modalities orAsIn(Manifest manifest, Bundle bundle) {
    Map<String, Map<String, Modality>> all = new LinkedHashMap<>(given);
    bundle
        .parts()
        .forEach(
            (part, model) -> {
              Manifest.Part declared = manifest.parts().get(part);
              if (declared != null
                  && declared.modality() != Modality.TENSORS
                  && model.graph().inputs().stream().allMatch(in -> of(part, in).isEmpty())) {
                Map<String, Modality> inputs = new LinkedHashMap<>();
                model.graph().inputs().forEach(in -> inputs.put(in.name(), declared.modality()));
                all.put(part, inputs);
              }
            });
    return new Modalities(all, flowing, file, texts);
  }

  /** What flows into an input; empty where it is nothing of a sample, such as a cache. */
  public Set<Modality> of(String part, Value input) {
    Modality own = given.getOrDefault(part, Map.of()).get(input.name());
    return own == null
        ? flowing.getOrDefault(part, Map.of()).getOrDefault(input.name(), Set.of())
        : EnumSet.of(own);
  }

  /** All that there are for any sample. */
  public Set<Modality> all() {
    Set<Modality> all = EnumSet.noneOf(Modality.class);
    given.values().forEach(inputs -> all.addAll(inputs.values()));
    flowing.values().forEach(inputs -> inputs.values().forEach(all::addAll));
    return all;
  }

  /** What a sample has. */
  public Set<Modality> of(Sample sample) {
    Set<Modality> all = EnumSet.noneOf(Modality.class);
    switch (sample) {
      case Sample.Text _ -> all.add(Modality.TEXT);
      case Sample.File _ -> file.ifPresent(all::add);
      case Sample.Tensors tensors ->
          tensors.inputs().keySet().forEach(input -> ofTensor(input).ifPresent(all::add));
    }
    if (texts.stream().anyMatch(field -> sample.fields().text(field).isPresent())) {
      all.add(Modality.TEXT);
    }
    return all;
  }

  /** What a tensor is of that a sample holds under the name of an input, or of part and input. */
  private Optional<Modality> ofTensor(String name) {
    return given.entrySet().stream()
        .flatMap(
            part ->
                part.getValue().entrySet().stream()
                    .filter(
                        input ->
                            name.equals(input.getKey())
                                || name.equals(part.getKey() + "." + input.getKey())))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  /** A sample as it is but for one modality, which another sample gives. */
  public Sample exchanged(Sample sample, Modality modality, Sample other) {
    Sample content =
        switch (sample) {
          case Sample.Text(String id, String _, Fields fields)
              when modality == Modality.TEXT && other instanceof Sample.Text text ->
              new Sample.Text(id, text.text(), fields);
          case Sample.File(String id, var _, Fields fields)
              when file.filter(modality::equals).isPresent()
                  && other instanceof Sample.File given ->
              new Sample.File(id, given.path(), fields);
          case Sample.Tensors(String id, Map<String, Tensor> inputs, Fields fields)
              when other instanceof Sample.Tensors given ->
              new Sample.Tensors(id, exchanged(inputs, modality, given.inputs()), fields);
          default -> sample;
        };
    return modality == Modality.TEXT ? content.with(texts(sample, other)) : content;
  }

  private Map<String, Tensor> exchanged(
      Map<String, Tensor> inputs, Modality modality, Map<String, Tensor> others) {
    Map<String, Tensor> all = new LinkedHashMap<>(inputs);
    all.replaceAll(
        (name, tensor) ->
            ofTensor(name).filter(modality::equals).isPresent()
                ? others.getOrDefault(name, tensor)
                : tensor);
    return all;
  }

  private Fields texts(Sample sample, Sample other) {
    Fields fields = sample.fields();
    for (String field : texts) {
      Optional<Tensor> text = other.fields().find(field);
      fields = text.isPresent() ? fields.with(field, text.get()) : fields;
    }
    return fields;
  }
}
