package io.demitasse.media.program;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Model;
import io.demitasse.ir.Shape;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import io.demitasse.media.DeclaredInputs;
import io.demitasse.media.ocr.LineSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/** Whether the parts of a bundle are those that the program {@code ocr} runs. */
record OcrParts(Bundle bundle, LineSettings lines, int keys) {
  private static final List<String> NEEDED = List.of(OcrProgram.DETECTOR, OcrProgram.RECOGNIZER);
  private static final List<String> PICTURES =
      List.of(OcrProgram.DETECTOR, OcrProgram.CLASSIFIER, OcrProgram.RECOGNIZER);

  /** The one input of each part that is given pictures. */
  Map<String, String> pictureInputs() {
    Map<String, String> inputs = new LinkedHashMap<>();
    for (String part : PICTURES) {
      Model model = bundle.parts().get(part);
      if (model != null) {
        inputs.put(part, DeclaredInputs.of(model).required().getFirst().name());
      }
    }
    return inputs;
  }

  /** Everything that does not fit; empty when the program can run. */
  List<String> problems() {
    List<String> problems = new ArrayList<>();
    for (String part : NEEDED) {
      if (!bundle.parts().containsKey(part)) {
        problems.add("the program 'ocr' needs a part '" + part + "', there is none");
      }
    }
    Set<String> others = new TreeSet<>(bundle.parts().keySet());
    PICTURES.forEach(others::remove);
    others.remove(OcrProgram.TEXT);
    for (String part : others) {
      problems.add(
          String.format(
              Locale.ROOT,
              "the program 'ocr' has no use for a part '%s'; it runs %s and %s",
              part,
              String.join(", ", PICTURES),
              OcrProgram.TEXT));
    }
    bundle.parts().forEach((part, model) -> check(part, model, problems));
    return problems;
  }

  private void check(String part, Model model, List<String> problems) {
    DeclaredInputs inputs = DeclaredInputs.of(model);
    if (part.equals(OcrProgram.TEXT)) {
      if (!inputs.takesText()) {
        problems.add("part 'text' must take a text as input_ids, but it takes " + inputs);
      }
    } else if (PICTURES.contains(part)) {
      if (inputs.required().size() != 1 || !takesPictures(part, inputs.required().getFirst())) {
        problems.add(
            String.format(
                Locale.ROOT,
                "part '%s' must take one picture float[B,3,%s], but it takes %s",
                part,
                part.equals(OcrProgram.DETECTOR) ? "H,W" : height(),
                inputs));
      }
    }
    if (part.equals(OcrProgram.RECOGNIZER)) {
      classes(model).stream()
          .filter(classes -> classes != keys + 2L)
          .forEach(
              classes ->
                  problems.add(
                      String.format(
                          Locale.ROOT,
                          "part 'recognizer' tells %d classes apart, but the key list has %d keys,"
                              + " which with the blank and the space makes %d",
                          classes,
                          keys,
                          keys + 2)));
    }
  }

  private String height() {
    return lines.height() + ",W";
  }

  private boolean takesPictures(String part, DeclaredInputs.Input input) {
    if (!(input.type() instanceof ValueType.OfTensor(var type, var shape)) || shape == null) {
      return true;
    }
    return type == DataType.FLOAT
        && shape.rank() == 4
        && allows(shape, 1, 3)
        && (part.equals(OcrProgram.DETECTOR) || allows(shape, 2, lines.height()))
        && (!part.equals(OcrProgram.CLASSIFIER) || allows(shape, 3, lines.turnWidth()));
  }

  private static boolean allows(Shape shape, int axis, long size) {
    return !(shape.dim(axis) instanceof Dim.Fixed(long fixed)) || fixed == size;
  }

  /** How many classes a recognizer says that it has. */
  private static OptionalLong classes(Model model) {
    Value output = model.graph().outputs().getFirst();
    Shape shape = output.shape().orElse(null);
    return shape != null && shape.rank() == 3 && shape.dim(2) instanceof Dim.Fixed(long size)
        ? OptionalLong.of(size)
        : OptionalLong.empty();
  }
}
