package io.demitasse.app;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** The forms of data that commands take, as their help tells them. */
final class DataForms {
  private static final List<String> LINES =
      List.of(
          "",
          "Data:",
          "  texts.txt     a text a line; or texts.jsonl, {\"text\": \"...\"} a line",
          "  table.csv     a header, then a sample a line: columns text, file or numbers, and"
              + " label,",
          "                score, split where there are; .tsv with tabs; the same keys in JSON"
              + " lines",
          "  pictures/     a folder of .jpg .png .webp .gif .bmp, and folders in it; for a",
          "                classifier, folders named by its classes measure accuracy",
          "  sounds/       a folder of .wav .flac .mp3 .ogg .opus .m4a .g722 ..., and folders in"
              + " it,",
          "                named by their classes",
          "  inputs.npz    an array for each input; .npy where there is one input; with labels, an",
          "                array of one for each row, it is a sample a row",
          "  inputs.jsonl  {\"NAME OF INPUT\": [[...]]} a line",
          "  folder/       one sample a file: .txt, .npz, .npy or pictures; folders are labels",
          "  mnist/        *-images-idx3-ubyte with *-labels-idx1-ubyte, perhaps .gz",
          "  coco.json     pictures with captions and boxes, as COCO has them",
          "  tagged.jsonl  for --task tagging: {\"tokens\": [...], \"tags\": [...]} a line",
          "  pairs.tsv     for --task retrieval: a query, a tab, its label a line",
          "  captions.tsv  the same of pictures: a path, a tab, its text a line;",
          "                or .jsonl, {\"image\": \"a.png\", \"text\": \"...\"} a line",
          "  captions.csv  for --task captioning: image,caption; a line for each of several"
              + " captions",
          "  speech.csv    for --task speech: audio,text; also NAME: WORDS a line (.txt), or",
          "                WORDS (NAME) a line (.transcription), with sounds in the folder or"
              + " below",
          "  asked.csv     for --task question-answering: image,question,answer, and kind",
          "  masks.csv     for --task segmentation: image,mask, a PNG whose numbers are classes",
          "  pages.jsonl   for --task ocr: {\"image\": \"a.png\", \"lines\":",
          "                [{\"text\": \"...\", \"box\": [[x,y], ...]}]} a line");

  private DataForms() {}

  /** Adds them to the help of a command that takes data. */
  static void describe(CommandSpec spec) {
    if (spec.optionsMap().containsKey("--data")) {
      List<String> footer = new ArrayList<>(List.of(spec.usageMessage().footer()));
      footer.addAll(LINES);
      spec.usageMessage().footer(footer.toArray(String[]::new));
    }
  }
}
