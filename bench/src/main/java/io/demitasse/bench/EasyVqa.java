package io.demitasse.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * easy-VQA 1.0 (Zhou, "Easy Visual Question Answering", 2020; MIT license): 5,000 pictures of 64 x
 * 64 pixels, each of one shape of one color, and 48,248 questions about them with 13 answers, as a
 * folder that is read as data.
 *
 * <pre>
 *   questions.jsonl   {"file": "pictures/train/0.png", "question": "what is the blue shape?",
 *                      "answer": "rectangle", "kind": "what shape", "split": "train"}
 *   pictures/train    4,000 pictures
 *   pictures/test     1,000 pictures
 * </pre>
 *
 * <p>Of the pictures to train on, every tenth is for validation, with all its questions: so what is
 * chosen there is chosen by pictures that nothing was trained on. The official test set is for the
 * last judgment.
 *
 * <p>Argument: the folder, which is made.
 */
public final class EasyVqa {
  static final String LIST = "questions.jsonl";

  private static final PypiArchive PACKAGE = new PypiArchive("easy-vqa==1.0");
  private static final String INSIDE = "easy_vqa/data/";
  private static final int ONE_OF = 10;

  private EasyVqa() {}

  /**
   * A question about a picture.
   *
   * @param part train or test, as the data are published
   * @param picture its number there
   */
  record Question(String text, String answer, String part, int picture) {

    String file() {
      return "pictures/" + part + "/" + picture + ".png";
    }

    /** What the question is for. */
    String split() {
      boolean held = part.equals("train") && picture % ONE_OF == ONE_OF - 1;
      return held ? "validation" : part;
    }

    /** As a line of JSON has it. */
    Map<String, Object> fields() {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("file", file());
      fields.put("question", text);
      fields.put("answer", answer);
      fields.put("kind", QuestionKind.of(text).text());
      fields.put("split", split());
      return fields;
    }
  }

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    Path work = Files.createTempDirectory("demitasse-easy-vqa-");
    try {
      unpack(PACKAGE.bring(work), folder);
    } finally {
      try (Stream<Path> tree = Files.walk(work)) {
        tree.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
      }
    }
  }

  /** Makes the folder of what the package's archive holds. */
  static void unpack(Path archive, Path folder) throws IOException {
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      List<Question> all = new ArrayList<>();
      for (String part : List.of("train", "test")) {
        List<Question> questions = questions(zip, part);
        all.addAll(questions);
        pictures(zip, part, Files.createDirectories(folder.resolve("pictures").resolve(part)));
      }
      write(all, folder.resolve(LIST));
      System.out.println(all.size() + " questions in " + folder.resolve(LIST));
    }
  }

  private static List<Question> questions(ZipFile zip, String part) throws IOException {
    String name = INSIDE + part + "/questions.json";
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw new IOException(zip.getName() + " holds no " + name);
    }
    try (InputStream content = zip.getInputStream(entry)) {
      List<Question> questions = new ArrayList<>();
      for (JsonNode each : new JsonMapper().readTree(content)) {
        questions.add(
            new Question(
                each.get(0).textValue(), each.get(1).textValue(), part, each.get(2).intValue()));
      }
      return questions;
    }
  }

  private static void pictures(ZipFile zip, String part, Path folder) throws IOException {
    String inside = INSIDE + part + "/images/";
    Enumeration<? extends ZipEntry> entries = zip.entries();
    while (entries.hasMoreElements()) {
      ZipEntry entry = entries.nextElement();
      String name = entry.getName();
      if (name.startsWith(inside) && name.substring(inside.length()).matches("\\d{1,6}\\.png")) {
        try (InputStream content = zip.getInputStream(entry)) {
          Files.write(folder.resolve(name.substring(inside.length())), content.readAllBytes());
        }
      }
    }
  }

  private static void write(List<Question> questions, Path list) throws IOException {
    JsonMapper mapper = new JsonMapper();
    try (BufferedWriter writer = Files.newBufferedWriter(list)) {
      for (Question question : questions) {
        writer.write(mapper.writeValueAsString(question.fields()));
        writer.write('\n');
      }
    }
  }
}
