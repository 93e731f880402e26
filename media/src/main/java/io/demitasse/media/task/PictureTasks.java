package io.demitasse.media.task;

import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskProvider.Request;
import io.demitasse.media.data.CocoFile;
import io.demitasse.media.data.Dataset;
import io.demitasse.media.data.FieldNames.Role;
import io.demitasse.media.data.LabelClasses;
import io.demitasse.media.data.SampleKinds;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** Makes tasks about places in pictures. */
record PictureTasks(Request request, GivenData given) {
  static final List<String> NAMES = List.of(ObjectDetection.NAME, Segmentation.NAME);

  /** The task of a name, one of {@link #NAMES}. */
  Task task() {
    return request.task().equals(Segmentation.NAME) ? segmentation() : detection();
  }

  private Task detection() {
    String needed = "pictures with boxes: the JSON of COCO";
    Dataset pictures =
        given.as(SampleKinds.PICTURES, needed).without(PictureTasks::withoutPicture, needed);
    TreeSet<String> labels = new TreeSet<>();
    boolean numbered = true;
    for (int i = 0; i < pictures.size(); i++) {
      if (pictures.get(i).fields().find(CocoFile.BOXES).isPresent()) {
        labels.addAll(pictures.get(i).fields().texts(Role.LABEL.field()));
        numbered &= pictures.get(i).fields().find(CocoFile.CATEGORIES).isPresent();
      }
    }
    if (labels.isEmpty()) {
      throw DemitasseException.badRequest(
          "No picture of "
              + pictures.name()
              + " has a box; the task detection needs "
              + needed
              + ".");
    }
    Map<Integer, String> names = LabelClasses.names(request.origin(), Integer.MAX_VALUE);
    Map<String, Integer> byLabel = byLabel(labels, names);
    if (byLabel.isEmpty() && !(names.isEmpty() && numbered)) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "Nothing tells which classes of %s the labels of %s are, such as '%s'. Put a"
                  + " labels.txt, a class a line, beside the model.",
              request.origin(),
              pictures.name(),
              labels.first()));
    }
    return new LabelTask<>(
        new ObjectDetection(byLabel, names.size(), Placing.of(request.program())),
        pictures.noting(
            byLabel.isEmpty()
                ? "classes: the numbers of categories"
                : "classes: as named beside the model"),
        request.program());
  }

  /** Labels that the model does not name have classes that it never says. */
  private static Map<String, Integer> byLabel(TreeSet<String> labels, Map<Integer, String> names) {
    Map<String, Integer> byName = new HashMap<>();
    names.forEach((place, name) -> byName.put(name.toLowerCase(Locale.ROOT), place));
    Map<String, Integer> byLabel = new HashMap<>();
    int unknown = 0;
    for (String label : labels) {
      Integer place = byName.get(label.toLowerCase(Locale.ROOT));
      byLabel.put(label, place == null ? --unknown : place);
    }
    return -unknown == labels.size() ? Map.of() : byLabel;
  }

  private static Optional<String> withoutPicture(Sample sample) {
    return sample instanceof Sample.File ? Optional.empty() : Optional.of("is no picture");
  }

  private Task segmentation() {
    String needed =
        "pictures with masks: a table (.csv, .tsv) or JSON lines (.jsonl) of image and mask, a PNG"
            + " file whose numbers are classes";
    Dataset pictures = given.as(SampleKinds.PICTURES, needed);
    Path data = request.data() == null ? Path.of("") : request.data();
    Segmentation judgment =
        new Segmentation(
            data.toAbsolutePath().normalize().resolveSibling(""), Placing.of(request.program()));
    return new LabelTask<>(
        judgment, pictures.without(judgment::problem, needed), request.program());
  }
}
