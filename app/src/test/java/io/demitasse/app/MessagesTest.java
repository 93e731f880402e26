package io.demitasse.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong with what people give, no message names a class of a library. */
final class MessagesTest {
  private static final Pattern CLASS =
      Pattern.compile(
          "\\w+(Exception|Error)\\b|\\b(java|javax|com|org|ai|io)\\.\\w+\\.|\\bat \\[Source");

  @TempDir private Path folder;
  private Path model;

  @BeforeEach
  void makeModel() throws IOException {
    model = SmallEncoder.in(folder.resolve("model"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "a.jsonl  | {",
        "a.jsonl  | [1, 2",
        "a.jsonl  | {\"text\": }",
        "a.jsonl  | {\"text\": \"a\"} b",
        "a.npy    | not an array",
        "a.npz    | PK not a zip",
        "a.xyz    | what is this",
        "a.txt    | ~~",
        "a.png    | no picture"
      })
  void ofData(String name, String content) throws IOException {
    assertPlain(evaluate(Files.writeString(folder.resolve(name), content)));
    Path inside = Files.createDirectories(folder.resolve("data"));
    Files.writeString(inside.resolve(name), content);
    assertPlain(evaluate(inside));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[]", "\"text\"", "12", "{\"model\": 1}", ""})
  void ofTokenizersAndConfigurations(String content) throws IOException {
    Files.writeString(model.resolveSibling("tokenizer.json"), content);
    assertPlain(evaluate(SmallEncoder.texts(folder, 10)));
    SmallEncoder.in(folder.resolve("other"));
    Path pooling = Files.createDirectories(folder.resolve("other").resolve("1_Pooling"));
    Files.writeString(pooling.resolve("config.json"), content);
    model = folder.resolve("other").resolve("encoder.onnx");
    assertPlain(evaluate(SmallEncoder.texts(folder, 10)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "[1", "a: b: c", "\t", "steps: {", "demitasse: 1\nsteps: 3", "\0"})
  void ofRecipesAndBundles(String content) throws IOException {
    Path recipe = Files.writeString(folder.resolve("recipe.yaml"), content);
    assertPlain(Invocation.of("recipe", "check", recipe));
    Files.writeString(model.resolveSibling("bundle.yaml"), content);
    assertPlain(Invocation.of("inspect", model.getParent()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"inspect", "compress", "evaluate", "bench"})
  void ofModels(String command) throws IOException {
    for (String content : new String[] {"", "no model", "\b\u0007\u0012\u007f"}) {
      Path bad =
          Files.write(folder.resolve("bad.onnx"), content.getBytes(StandardCharsets.ISO_8859_1));
      Path output = folder.resolve("out.onnx");
      assertPlain(
          switch (command) {
            case "compress" -> Invocation.of(command, bad, "-o", output);
            case "evaluate" -> Invocation.of(command, bad, "--against", bad);
            default -> Invocation.of(command, bad);
          });
    }
  }

  private Invocation evaluate(Path data) {
    return Invocation.of("evaluate", model, "--against", model, "--data", data);
  }

  private static void assertPlain(Invocation run) {
    assertThat(run.code()).as(run.toString()).isIn(0, 2, 3);
    Stream.of(run.err().split("\n"))
        .forEach(line -> assertThat(line).as(run.toString()).doesNotContainPattern(CLASS));
  }
}
