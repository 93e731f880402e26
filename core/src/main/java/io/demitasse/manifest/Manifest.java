package io.demitasse.manifest;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Tie;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the files of a folder are to each other.
 *
 * @param program name of the program that runs the parts
 * @param settings of the program, by key; the program knows which there are
 * @param parts in order, by name; programs find their parts by these names
 * @param tensors ties between weights
 * @param dimensions ties between sizes of inputs and outputs
 */
public record Manifest(
    String program,
    Map<String, Object> settings,
    Map<String, Part> parts,
    List<Tie.OfTensors> tensors,
    List<Tie.OfDimensions> dimensions) {
  /** What a manifest is called in its folder. */
  public static final String FILE = "bundle.yaml";

  /** The program of a single model. */
  public static final String SINGLE = "single";

  public Manifest {
    settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    parts = Collections.unmodifiableMap(new LinkedHashMap<>(parts));
    tensors = List.copyOf(tensors);
    dimensions = List.copyOf(dimensions);
  }

  /** What a part perceives or makes. */
  public enum Modality {
    TEXT,
    IMAGE,
    AUDIO,
    VIDEO,
    /** Numbers without a medium. */
    TENSORS;

    /** The name in a file. */
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One model of the bundle.
   *
   * @param file relative to the folder, inside it
   * @param preprocessing how samples become inputs, by key; the program knows which there are
   */
  public record Part(String file, Modality modality, Map<String, Object> preprocessing) {
    public Part {
      preprocessing = Collections.unmodifiableMap(new LinkedHashMap<>(preprocessing));
    }
  }

  /** A part by its name. */
  public Part part(String name) {
    Part part = parts.get(name);
    if (part == null) {
      throw new IllegalArgumentException("no part '" + name + "' among " + parts.keySet());
    }
    return part;
  }

  /** All ties, those between weights first. */
  public List<Tie> ties() {
    List<Tie> ties = new ArrayList<>(tensors);
    ties.addAll(dimensions);
    return ties;
  }

  /** The same without the ties that do not hold in a bundle. */
  public Manifest holdingIn(Bundle bundle) {
    return new Manifest(
        program,
        settings,
        parts,
        tensors.stream().filter(tie -> tie.problems(bundle).isEmpty()).toList(),
        dimensions.stream().filter(tie -> tie.problems(bundle).isEmpty()).toList());
  }

  /** The manifest of a model file by itself. */
  public static Manifest single(String file) {
    return new Manifest(
        SINGLE,
        Map.of(),
        Map.of(Bundle.SINGLE, new Part(file, Modality.TENSORS, Map.of())),
        List.of(),
        List.of());
  }
}
