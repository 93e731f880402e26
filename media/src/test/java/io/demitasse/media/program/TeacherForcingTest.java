package io.demitasse.media.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.data.Fields;
import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.evaluate.PartInputs;
import io.demitasse.evaluate.Supervision;
import io.demitasse.ir.Tensor;
import io.demitasse.media.SmallTokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TeacherForcingTest {
  private static final String QUESTION = "a red cup";
  private static final String ANSWER = "the blue ship";

  @TempDir Path folder;

  @BeforeEach
  void writeBundle() throws IOException {
    SmallTowers.write(EncoderDecoderTest.ENCODER, folder.resolve("encoder.onnx"));
    SmallTokenizer.in(folder);
    wired(WiredLoopTest.CACHED.replace("[batch,1]", "[batch,S]"), "begin: [1, 5]");
  }

  private void wired(String decoder, String begin) throws IOException {
    SmallTowers.write(decoder, folder.resolve("decoder.onnx"));
    Files.writeString(
        folder.resolve("bundle.yaml"),
        """
        demitasse-bundle: 1
        program: wired
        settings:
          steps:
          - {run: encoder, inputs: {input_ids: $question}}
          - run: decoder
            inputs: {states: encoder.last_hidden_state}
            loop: {%s, stop: [9, 0], caches: {past_key: key, past_value: value}}
        parts:
          encoder: {file: encoder.onnx, modality: text}
          decoder: {file: decoder.onnx, modality: text}
        """
            .formatted(begin));
  }

  private static Sample sample(Fields fields) {
    return new Sample.Tensors("sample", Map.of(), fields);
  }

  private static Fields fields() {
    return Fields.NONE.with("question", QUESTION).with("text", ANSWER);
  }

  @Test
  void eachTokenIsToFollowThoseThatAreRight() {
    List<Map<String, Tensor>> given = new ArrayList<>();
    try (OpenBundle bundle =
        new OpenBundle(
            folder,
            (part, inputs) -> {
              if (part.equals("decoder")) {
                given.add(inputs);
              }
            })) {
      Supervision supervision = ((DeclaredProgram) bundle.program()).supervision().orElseThrow();
      Map<String, Tensor> outputs = bundle.runForTraining(sample(fields()));
      long[] target = supervision.target(sample(fields())).toLongs();

      long[] tokens = given.getFirst().get("input_ids").toLongs();
      assertThat(given).hasSize(1);
      assertThat(tokens).startsWith(1, 5).hasSizeGreaterThan(4);
      assertThat(given.getFirst().get("past_key").size(1)).isZero();
      assertThat(target).hasSameSizeAs(tokens);
      assertThat(target[0]).isEqualTo(Supervision.NOTHING_ASKED);
      for (int i = 1; i + 1 < tokens.length; i++) {
        assertThat(target[i]).isEqualTo(tokens[i + 1]);
      }
      assertThat(target[tokens.length - 1]).isZero();
      assertThat(supervision.output()).isEqualTo("logits");
      assertThat(supervision.kind()).isEqualTo(Supervision.Kind.TOKENS);
      assertThat(outputs.keySet()).contains("logits");
    }
  }

  @Test
  void whatIsTrainedOnReachesTheDecoderWhole() {
    try (OpenBundle bundle = new OpenBundle(folder)) {
      Program training = bundle.program().forTraining();
      List<Long> lengths = new ArrayList<>();
      new PartInputs("decoder", training, bundle.parts())
          .read(
              Samples.of("one", List.of(sample(fields()))),
              inputs -> lengths.add(inputs.get("input_ids").size(1)));

      assertThat(lengths).singleElement().satisfies(length -> assertThat(length).isGreaterThan(4));
    }
  }

  @Test
  void whatIsNotKnownCannotBeTaught() {
    try (OpenBundle bundle = new OpenBundle(folder)) {
      Sample asked = sample(Fields.NONE.with("question", QUESTION));

      assertThatThrownBy(() -> bundle.runForTraining(asked))
          .hasMessageContaining("it has no field 'text' with what part 'decoder' should say");
    }
  }

  @Test
  void aDecoderOfOneTokenAtATimeIsNotTrainedOnWholeTexts() throws IOException {
    wired(WiredLoopTest.CACHED, "begin: [1]");
    try (OpenBundle bundle = new OpenBundle(folder)) {
      assertThatThrownBy(() -> bundle.runForTraining(sample(fields())))
          .hasMessageContaining("takes one token at a time");
    }
  }
}
