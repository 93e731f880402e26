package io.demitasse.media.data;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which class of a model each label of samples means: by the names of classes that lie beside the
 * model, else where all labels are numbers of classes, else, where there are as many labels as
 * classes and nothing names these, in sorted order.
 *
 * @param byLabel empty where that cannot be told
 * @param how it was told, or why not, in a sentence
 */
public record LabelClasses(Map<String, Integer> byLabel, String how) {
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

  /** How many labels are named in a sentence. */
  private static final int SHOWN = 6;

  public LabelClasses {
    byLabel = Map.copyOf(byLabel);
  }

  /**
   * The folder that a sample of a folder lies in, the uppermost; empty where that is none.
   *
   * @param split whether the uppermost says what the sample is for, so that the next is meant
   */
  public static Optional<String> folder(String id, boolean split) {
    return split ? uppermost(id.substring(id.indexOf('/') + 1)) : uppermost(id);
  }

  private static Optional<String> uppermost(String id) {
    int slash = id.indexOf('/');
    return slash < 0 ? Optional.empty() : Optional.of(id.substring(0, slash));
  }

  /**
   * Finds the classes of labels.
   *
   * @param labels at least one
   * @param what they are called in a sentence, such as {@code folders}
   * @param model the model's file, or its folder
   * @param classes how many the model has
   */
  public static LabelClasses of(SortedSet<String> labels, String what, Path model, int classes) {
    List<ClassNames> names;
    try {
      names = ClassNames.beside(model);
    } catch (DemitasseException e) {
      return none(Reason.of(e));
    }
    for (ClassNames each : names) {
      Map<String, Integer> found = found(labels, each::index);
      if (found.size() == labels.size() && each.fits(classes)) {
        return new LabelClasses(found, "the " + what + " name classes in " + each.file());
      }
    }
    return numbered(labels, what, classes)
        .or(() -> names.stream().findFirst().map(each -> unlike(labels, each, classes)))
        .orElseGet(() -> inOrder(labels, what, classes));
  }

  /**
   * What classes are called beside a model, by place; empty where nothing names them, or what does
   * is of another number of classes.
   */
  public static Map<Integer, String> names(Path model, int classes) {
    return ClassNames.beside(model).stream()
        .filter(each -> each.fits(classes))
        .findFirst()
        .map(ClassNames::byIndex)
        .orElse(Map.of());
  }

  private static Map<String, Integer> found(
      SortedSet<String> labels, Function<String, Optional<Integer>> index) {
    Map<String, Integer> found = new HashMap<>();
    labels.forEach(label -> index.apply(label).ifPresent(at -> found.put(label, at)));
    return found;
  }

  private static Optional<LabelClasses> numbered(
      SortedSet<String> labels, String what, int classes) {
    Map<String, Integer> numbers = found(labels, LabelClasses::number);
    if (numbers.size() < labels.size()) {
      return Optional.empty();
    }
    return Optional.of(
        numbers.values().stream().allMatch(number -> number < classes)
            ? new LabelClasses(numbers, "the " + what + " give numbers of classes")
            : none(
                String.format(
                    Locale.ROOT,
                    "the %s are called by numbers, but not all are from 0 to %d, as the model's"
                        + " classes are",
                    what,
                    classes - 1)));
  }

  private static Optional<Integer> number(String label) {
    return NUMBER.matcher(label).matches() ? Optional.of(Integer.valueOf(label)) : Optional.empty();
  }

  /** Classes that are named otherwise are hardly in the order of the labels. */
  private static LabelClasses unlike(SortedSet<String> labels, ClassNames names, int classes) {
    if (!names.fits(classes)) {
      return none(
          String.format(
              Locale.ROOT,
              "%s names classes beyond the %d that the model has",
              names.file(),
              classes));
    }
    SortedSet<String> strange = new TreeSet<>(labels);
    strange.removeAll(found(labels, names::index).keySet());
    return none(
        String.format(
            Locale.ROOT,
            "%s names no class, or several, like %s",
            names.file(),
            listed(List.copyOf(strange))));
  }

  private static LabelClasses inOrder(SortedSet<String> labels, String what, int classes) {
    if (labels.size() != classes) {
      return none(
          String.format(
              Locale.ROOT,
              "nothing tells which of the model's %d classes the %s are (%s); put a labels.txt, a"
                  + " class a line, beside the model",
              classes,
              what,
              listed(List.copyOf(labels))));
    }
    Map<String, Integer> places = new HashMap<>();
    List<String> told = new ArrayList<>();
    for (String label : labels) {
      told.add(places.size() + " = " + label);
      places.put(label, places.size());
    }
    return new LabelClasses(
        places,
        String.format(
            Locale.ROOT,
            "the %s in sorted order are taken for the model's classes (%s); if they are not, put a"
                + " labels.txt, a class a line, beside the model",
            what,
            listed(told)));
  }

  private static LabelClasses none(String why) {
    return new LabelClasses(Map.of(), why);
  }

  private static String listed(List<String> names) {
    return names.stream().limit(SHOWN).collect(Collectors.joining(", "))
        + (names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "");
  }
}
