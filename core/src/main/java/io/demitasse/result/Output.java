package io.demitasse.result;

import static java.util.stream.Collectors.joining;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.publish.Ownership;
import io.demitasse.report.Inventory;
import io.demitasse.source.RealPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Where a result goes. Recipe and report lie beside the model and are named after it, or stand in
 * the folder.
 *
 * @param model the file of a single model, or the folder of a bundle
 */
public record Output(Path model, Path recipe, Path json, Path html) {

  private static final String RECIPE = "recipe.yaml";
  private static final String REPORT = "report.json";
  private static final String PAGE = "report.html";

  /**
   * The places that a destination stands for.
   *
   * @param original a folder when the result is a bundle
   * @throws DemitasseException (bad request) when a bundle is to become one file, or the
   *     destination names nothing that can be made
   */
  public static Output of(Path original, Path destination) {
    Path path = RealPath.of(destination);
    String name = path.getFileName().toString();
    if (Files.isDirectory(original)) {
      if (name.endsWith(".onnx")) {
        throw DemitasseException.badRequest(
            original + " is a bundle of several models and becomes a folder, not " + path + ".");
      }
      return in(path, path);
    }
    if (!name.endsWith(".onnx")) {
      return in(path, path.resolve("model.onnx"));
    }
    String stem = cut(name, ".onnx") + ".";
    return new Output(
        path,
        path.resolveSibling(stem + RECIPE),
        path.resolveSibling(stem + REPORT),
        path.resolveSibling(stem + PAGE));
  }

  private static Output in(Path folder, Path model) {
    return new Output(model, folder.resolve(RECIPE), folder.resolve(REPORT), folder.resolve(PAGE));
  }

  /**
   * Where the report of a result lies.
   *
   * @param result a model or folder that was written, or one of the texts beside it
   * @return its JSON
   * @throws DemitasseException (bad request) when there is none, telling where it was looked for
   */
  public static Path report(Path result) {
    if (!Files.exists(result)) {
      throw DemitasseException.badRequest("There is no result " + result + ".");
    }
    List<Path> places = reports(result);
    return places.stream()
        .filter(place -> isReport(place, result))
        .findFirst()
        .orElseThrow(
            () ->
                DemitasseException.badRequest(
                    String.format(
                        Locale.ROOT,
                        "%s has no report: looked for %s. 'compress' writes it with each result;"
                            + " bring it back, or compress again. Models without reports are"
                            + " compared by 'bench' and 'evaluate'.",
                        result,
                        places.stream().map(Path::toString).collect(joining(" and ")))));
  }

  /**
   * Which files that were written with a report are no longer as they were: of another size or
   * content, missing, or replaced by a link.
   *
   * @param report its JSON; one that lists no files tells nothing
   * @return names as the report has them
   * @throws DemitasseException (bad request) when a file cannot be read
   */
  public static List<String> changed(Path report) {
    try {
      return Ownership.of(report).changed();
    } catch (IOException e) {
      throw DemitasseException.badRequest(
          "What was written with " + report + " cannot be read: " + Reason.of(e));
    }
  }

  /** A report in a folder may be that of another model there. */
  private static boolean isReport(Path place, Path result) {
    boolean named = !place.endsWith(REPORT) || !result.toString().endsWith(".onnx");
    return Files.exists(place)
        && (named
            || Inventory.read(place)
                .filter(all -> all.files().containsKey(result.getFileName().toString()))
                .isPresent());
  }

  /** Beside the result, and beside what it leads to where it is a link. */
  private static List<Path> reports(Path result) {
    List<Path> places = new ArrayList<>(reportsBeside(result));
    if (Files.isSymbolicLink(result)) {
      try {
        places.addAll(reportsBeside(result.toRealPath()));
      } catch (IOException e) {
        throw DemitasseException.badRequest(result + " cannot be read: " + Reason.of(e));
      }
    }
    return places;
  }

  private static List<Path> reportsBeside(Path result) {
    if (Files.isDirectory(result)) {
      return List.of(result.resolve(REPORT));
    }
    String name = result.getFileName().toString();
    if (name.endsWith(".onnx")) {
      return List.of(
          result.resolveSibling(cut(name, ".onnx") + "." + REPORT), result.resolveSibling(REPORT));
    }
    if (name.endsWith(PAGE)) {
      return List.of(result.resolveSibling(cut(name, PAGE) + REPORT));
    }
    return List.of(
        name.endsWith(RECIPE) ? result.resolveSibling(cut(name, RECIPE) + REPORT) : result);
  }

  private static String cut(String name, String ending) {
    return name.substring(0, name.length() - ending.length());
  }

  /** Whether everything stands in a folder of its own. */
  public boolean isFolder() {
    return recipe.endsWith(RECIPE);
  }

  /** The folder that the files lie in. */
  public Path root() {
    return Objects.requireNonNull(recipe.getParent(), "absolute paths of files have parents");
  }
}
