package io.demitasse.app.demo;

import io.demitasse.error.DemitasseException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A model or bundle that is ready to be compressed.
 *
 * @param model the model's file among {@code files}; empty when all of them are a bundle
 */
public record Demo(String name, String summary, List<DemoFile> files, String model, Job job) {

  /** What it is judged by, and what it may lose. */
  public record Job(String task, String budget, List<Option> options) {}

  /** A setting by name. */
  public record Option(String name, String value) {}

  private static final Job RETRIEVAL = new Job("retrieval", "drop<=2%", List.of());

  /** What runs when none is named. */
  public static final Demo OCR =
      new Demo(
          "ocr",
          "PP-OCRv4 detector, classifier and recognizer with all-minilm-l6-v2: a picture of text"
              + " in, its meaning out",
          List.of(
              DemoFile.resource("/models/ch_PP-OCRv4_det_infer.onnx", "detector.onnx"),
              DemoFile.resource("/models/ch_ppocr_mobile_v2.0_cls_infer.onnx", "classifier.onnx"),
              DemoFile.resource("/models/ch_PP-OCRv4_rec_infer.onnx", "recognizer.onnx"),
              DemoFile.resource("/models/ppocr_keys_v1.txt", "ppocr_keys_v1.txt"),
              DemoFile.resource("/all-minilm-l6-v2.onnx", "text.onnx"),
              DemoFile.resource("/all-minilm-l6-v2-tokenizer.json", "tokenizer.json"),
              DemoFile.resource("/io/demitasse/app/demo/ocr.yaml", "bundle.yaml")),
          "",
          new Job("ocr", "drop<=2%, drop(recall@10)<=6%", List.of(new Option("pages", "5"))));

  /** All there are. */
  public static final List<Demo> ALL =
      List.of(
          OCR,
          encoder("minilm", "all-minilm-l6-v2", "mean"),
          encoder("bge", "bge-small-en-v1.5", "first"),
          new Demo(
              "silero",
              "Silero VAD v5, which tells speech from other sounds; fetched with npm",
              List.of(
                  DemoFile.npm(
                      "@ricky0123/vad-web@0.0.31",
                      "package/dist/silero_vad_v5.onnx",
                      "silero_vad_v5.onnx")),
              "silero_vad_v5.onnx",
              new Job("agreement", "drop<=1%", List.of())));

  /**
   * The demo of a name.
   *
   * @throws DemitasseException (bad request) when there is none, listing those there are
   */
  public static Demo named(String name) {
    return ALL.stream()
        .filter(demo -> demo.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                DemitasseException.badRequest(
                    String.format(
                        Locale.ROOT,
                        "There is no demo '%s'. Known demos: %s.",
                        name,
                        ALL.stream().map(Demo::name).collect(Collectors.joining(", ")))));
  }

  private static Demo encoder(String name, String model, String pooling) {
    return new Demo(
        name,
        model + ", a text encoder",
        List.of(
            DemoFile.resource("/" + model + ".onnx", model + ".onnx"),
            DemoFile.resource("/" + model + "-tokenizer.json", "tokenizer.json")),
        model + ".onnx",
        new Job(RETRIEVAL.task(), RETRIEVAL.budget(), List.of(new Option("pooling", pooling))));
  }

  /** Whether it is a folder of several models. */
  public boolean isBundle() {
    return model.isEmpty();
  }

  /** Where the files go that lie in a folder of originals: a bundle has one of its own name. */
  public Path folderIn(Path originals) {
    return isBundle() ? originals.resolve(name) : originals;
  }

  /** The model's file, or the bundle's folder, in a folder of originals. */
  public Path modelIn(Path originals) {
    return folderIn(originals).resolve(model);
  }
}
