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
 * Which class of a model each folder of samples holds: by the names of classes that lie beside the
 * model, else where all folders are called by numbers of classes, else, where there are as many
 * folders as classes and nothing names these, in sorted order.
 *
 * @param byFolder empty where that cannot be told
 * @param account how it was told, or why not, in a sentence
 */
public record FolderClasses(Map<String, Integer> byFolder, String account) {
  private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

  /** How many folders are named in the account. */
  private static final int SHOWN = 6;

  public FolderClasses {
    byFolder = Map.copyOf(byFolder);
  }

  /**
   * The folder that a sample of a folder lies in, the uppermost; empty where that is none.
   *
   * @param split whether the uppermost says what the sample is for, so that the next is meant
   */
  public static Optional<String> of(String id, boolean split) {
    return split ? uppermost(id.substring(id.indexOf('/') + 1)) : uppermost(id);
  }

  private static Optional<String> uppermost(String id) {
    int slash = id.indexOf('/');
    return slash < 0 ? Optional.empty() : Optional.of(id.substring(0, slash));
  }

  /**
   * Finds the classes of folders.
   *
   * @param folders at least one
   * @param model the model's file, or its folder
   * @param classes how many the model has
   */
  public static FolderClasses of(SortedSet<String> folders, Path model, int classes) {
    List<ClassNames> names;
    try {
      names = ClassNames.beside(model);
    } catch (DemitasseException e) {
      return none(Reason.of(e));
    }
    for (ClassNames each : names) {
      Map<String, Integer> found = found(folders, each::index);
      if (found.size() == folders.size() && each.fits(classes)) {
        return new FolderClasses(
            found,
            "accuracy is measured: the names of the folders are those of classes in "
                + each.file());
      }
    }
    return numbered(folders, classes)
        .or(() -> names.stream().findFirst().map(each -> unlike(folders, each, classes)))
        .orElseGet(() -> inOrder(folders, classes));
  }

  private static Map<String, Integer> found(
      SortedSet<String> folders, Function<String, Optional<Integer>> index) {
    Map<String, Integer> found = new HashMap<>();
    folders.forEach(folder -> index.apply(folder).ifPresent(at -> found.put(folder, at)));
    return found;
  }

  private static Optional<FolderClasses> numbered(SortedSet<String> folders, int classes) {
    Map<String, Integer> numbers = found(folders, FolderClasses::number);
    if (numbers.size() < folders.size()) {
      return Optional.empty();
    }
    return Optional.of(
        numbers.values().stream().allMatch(number -> number < classes)
            ? new FolderClasses(
                numbers, "accuracy is measured: the names of the folders are numbers of classes")
            : none(
                String.format(
                    Locale.ROOT,
                    "the folders are called by numbers, but not all are from 0 to %d, as the"
                        + " model's classes are",
                    classes - 1)));
  }

  private static Optional<Integer> number(String folder) {
    return NUMBER.matcher(folder).matches()
        ? Optional.of(Integer.valueOf(folder))
        : Optional.empty();
  }

  /** Classes that are named otherwise are hardly in the order of the folders. */
  private static FolderClasses unlike(SortedSet<String> folders, ClassNames names, int classes) {
    if (!names.fits(classes)) {
      return none(
          String.format(
              Locale.ROOT,
              "%s names classes beyond the %d that the model has",
              names.file(),
              classes));
    }
    SortedSet<String> strange = new TreeSet<>(folders);
    strange.removeAll(found(folders, names::index).keySet());
    return none(
        String.format(
            Locale.ROOT,
            "%s names no class, or several, like %s",
            names.file(),
            listed(List.copyOf(strange))));
  }

  private static FolderClasses inOrder(SortedSet<String> folders, int classes) {
    if (folders.size() != classes) {
      return none(
          String.format(
              Locale.ROOT,
              "nothing tells which of the model's %d classes the folders are (%s); put a"
                  + " labels.txt, a class a line, beside the model",
              classes,
              listed(List.copyOf(folders))));
    }
    Map<String, Integer> places = new HashMap<>();
    List<String> told = new ArrayList<>();
    for (String folder : folders) {
      told.add(places.size() + " = " + folder);
      places.put(folder, places.size());
    }
    return new FolderClasses(
        places,
        String.format(
            Locale.ROOT,
            "accuracy is measured: the folders in sorted order are taken for the model's classes"
                + " (%s); if they are not, put a labels.txt, a class a line, beside the model",
            listed(told)));
  }

  static FolderClasses none(String why) {
    return new FolderClasses(Map.of(), "accuracy is not measured: " + why);
  }

  private static String listed(List<String> names) {
    return names.stream().limit(SHOWN).collect(Collectors.joining(", "))
        + (names.size() > SHOWN ? " and " + (names.size() - SHOWN) + " more" : "");
  }
}
