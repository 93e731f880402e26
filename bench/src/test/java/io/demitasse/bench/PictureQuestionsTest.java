package io.demitasse.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.bench.AskedQuestions.Asked;
import io.demitasse.bench.AskedQuestions.Right;
import io.demitasse.data.Fields;
import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import io.demitasse.zoo.Zoo;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With a fusion that has learned nothing. */
class PictureQuestionsTest {
  private static final String QUESTION = "what shape is present?";

  @TempDir private Path folder;

  private Path picture;

  @BeforeEach
  void files() throws IOException {
    picture = folder.resolve("black.png");
    BufferedImage black = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
    ImageIO.write(black, "png", picture.toFile());
    PictureQuestions.write(WordTokenizer.of(Stream.of(QUESTION), false), folder);
  }

  private static Model model() {
    Map<String, String> sizes =
        Map.of(
            "image",
            "64",
            "patch",
            "16",
            "width",
            "8",
            "layers",
            "1",
            "heads",
            "2",
            "hidden",
            "8",
            "words",
            "9",
            "positions",
            "8",
            "classes",
            "2");
    return Zoo.make("late-fusion", sizes, 1).part(Bundle.SINGLE);
  }

  @Test
  void aPictureAndItsQuestionBecomeInputs() {
    try (PictureQuestions program = PictureQuestions.in(folder)) {
      Sample asked = new Sample.File("1", picture, Fields.NONE.with("text", QUESTION));
      Map<String, Tensor> inputs = program.run(asked, (_, given) -> given);
      assertThat(inputs).containsOnlyKeys("pixel_values", "input_ids", "attention_mask");
      assertThat(inputs.get("pixel_values").sizes()).containsExactly(1, 3, 64, 64);
      assertThat(inputs.get("pixel_values").toDoubles()).containsOnly(-1);
      assertThat(inputs.get("input_ids").toLongs()).containsExactly(2, 8, 7, 5, 6, 4);
    }
  }

  @Test
  void whatIsNotAskedIsRefused() {
    try (PictureQuestions program = PictureQuestions.in(folder)) {
      assertThatThrownBy(() -> program.run(new Sample.File("7", picture), (_, given) -> given))
          .isInstanceOf(DemitasseException.class)
          .hasMessage("Sample 7 asks nothing.");
    }
  }

  @Test
  void answersAreCountedByKind() {
    Asked no = new Asked(picture, QUESTION, "no", "first");
    Asked yes = new Asked(picture, QUESTION, "yes", "second");
    AskedQuestions asked = new AskedQuestions(List.of(no, yes, no), List.of("no", "yes"));
    try (PictureQuestions program = PictureQuestions.in(folder);
        Runtime.Session session =
            Ports.find().runtime().open(model(), Runtime.SessionOptions.of(1))) {
      Right right = asked.answered(session, program);
      // The same is said three times: all of one kind are right and none of the other.
      assertThat(right.asked()).isEqualTo(3);
      assertThat(right.byKind().get("first").share() + right.byKind().get("second").share())
          .isEqualTo(1);
      assertThat(right.right())
          .isEqualTo(right.byKind().get("first").right() + right.byKind().get("second").right());
    }
  }
}
