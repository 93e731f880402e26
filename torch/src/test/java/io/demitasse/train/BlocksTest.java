package io.demitasse.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Verifier;
import io.demitasse.ops.Parameters;
import io.demitasse.train.Blocks.Span;
import io.demitasse.zoo.Zoo;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What blocks a model is a sequence of. */
final class BlocksTest {
  private static final String PICTURE = "image=32 classes=5";
  private static final String TRANSFORMER =
      "width=16 layers=2 heads=2 hidden=32 words=20 positions=12";

  private static Map<String, Model> zoo(String name, String settings) {
    Map<String, String> chosen = new java.util.LinkedHashMap<>();
    for (String each : settings.split(" ", -1)) {
      chosen.put(each.split("=", 2)[0], each.split("=", 2)[1]);
    }
    return Zoo.make(name, chosen, 1).parts();
  }

  private static Model single(String name, String settings) {
    return zoo(name, settings).get(Bundle.SINGLE);
  }

  private static List<Span> blocks(Model model, int layers) {
    return Blocks.of(model, _ -> true, layers);
  }

  private static List<Long> products(Model model, List<Span> spans) {
    return spans.stream()
        .map(
            span ->
                span.of(model).graph().nodes().stream()
                    .filter(BlocksTest::isProduct)
                    .filter(node -> Parameters.of(node, 1).isPresent())
                    .count())
        .toList();
  }

  private static boolean isProduct(Node node) {
    return node.is("Conv") || node.is("MatMul") || node.is("Gemm");
  }

  @Test
  void eachResidualBlockOfAResNetIsABlock() {
    Model model = single("resnet-18", PICTURE + " width=4");

    List<Span> spans = blocks(model, 1);

    // The stem, eight residual blocks, three with a shortcut of their own, and the classifier.
    assertThat(products(model, spans)).containsExactly(1L, 2L, 2L, 3L, 2L, 3L, 2L, 3L, 2L, 1L);
    assertThat(spans).allMatch(span -> span.outputs().size() == 1);
  }

  @Test
  void theBlocksOfBertAreAttentionAndFeedForwardNetworks() {
    Model model = single("bert-tiny", TRANSFORMER);

    assertThat(products(model, blocks(model, 1))).containsExactly(4L, 2L, 4L, 2L, 1L);
    assertThat(products(model, blocks(model, 6))).containsExactly(6L, 6L, 1L);
    assertThat(blocks(model, 1).get(1).of(model).graph().inputs())
        .as("a feed-forward network needs no mask")
        .hasSize(1);
    assertThat(blocks(model, 1).get(2).of(model).graph().inputs())
        .extracting(value -> value.name())
        .hasSize(2)
        .contains("attention_mask");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resnet-50 image=32 classes=5 width=4 blocks=1,2,1",
        "mobilenet-v3-small image=32 classes=5 multiplier=0.25",
        "vit-tiny image=32 classes=5 patch=8 width=16 layers=2 heads=2 hidden=32",
        "bert-tiny " + TRANSFORMER,
        "gpt-2 " + TRANSFORMER,
        "early-fusion image=32 classes=5 patch=8 " + TRANSFORMER,
        "late-fusion image=32 classes=5 patch=8 " + TRANSFORMER,
        "cross-attention-fusion image=32 classes=5 patch=8 " + TRANSFORMER,
      })
  void everyLayerIsInOneBlockAndEachBlockReadsFromEarlierOnes(String which) {
    String[] both = which.split(" ", 2);
    for (Model model : zoo(both[0], both[1]).values()) {
      List<Span> spans = blocks(model, 1);
      Set<String> given = new HashSet<>();
      Set<String> weights = new HashSet<>();
      Set<String> outputs = new LinkedHashSet<>();
      for (Span span : spans) {
        assertThat(given).containsAll(span.inputs());
        given.addAll(span.outputs());
        outputs.addAll(span.outputs());
        Model block = span.of(model);
        Verifier.verify(block);
        weights.addAll(Parameters.of(block).keySet());
      }
      assertThat(spans).hasSizeGreaterThan(3);
      assertThat(weights).isEqualTo(Parameters.of(model).keySet());
      assertThat(outputs)
          .containsAll(model.graph().outputs().stream().map(value -> value.name()).toList());
    }
  }

  /** A picture and a text that meet late. */
  private static final Model TOWERS =
      TextGraph.parse(
          """
          ir 10, opset 21
          graph g(x: float[N,4], y: float[N,4]) -> (s: float[N,2], p: float[N,4]) {
            w = float[4,4] ~ 1
            v = float[4,4] ~ 2
            u = float[4,4] ~ 3
            t = float[4,4] ~ 4
            f = float[8,2] ~ 5
            a = MatMul(x, w)
            b = MatMul(y, v)
            c = Relu(a)
            p = Tanh(b)
            d = MatMul(c, u)
            e = MatMul(p, t)
            g1 = Relu(d)
            h = Relu(e)
            both = Concat(g1, h) <axis=1>
            s = MatMul(both, f)
          }
          """);

  @Test
  void towersHaveBlocksOfTheirOwnUntilTheyMeet() {
    assertThat(blocks(TOWERS, 1))
        .containsExactly(
            new Span(Set.of(), List.of("c")),
            new Span(Set.of(), List.of("p")),
            new Span(Set.of("c"), List.of("g1")),
            new Span(Set.of("p"), List.of("h")),
            new Span(Set.of("g1", "h"), List.of("s")));
    assertThat(blocks(TOWERS, 1).get(3).of(TOWERS).graph().nodes()).hasSize(2);
  }

  @Test
  void aBlockGoesOnToTheNextEndThatThereMayBe() {
    assertThat(Blocks.of(TOWERS, Set.of("d", "both")::contains, 1))
        .containsExactly(
            new Span(Set.of(), List.of("d")),
            new Span(Set.of("d"), List.of("p", "both")),
            new Span(Set.of("both"), List.of("s")));
    assertThat(Blocks.of(TOWERS, _ -> false, 1))
        .containsExactly(new Span(Set.of(), List.of("p", "s")));
  }

  @Test
  void anOutputThatNobodyReadsBelongsToTheBlockThatGivesIt() {
    Model model =
        TextGraph.parse(
            """
            ir 10, opset 21
            graph g(x: float[N,4]) -> (side: float[N,4], y: float[N,4]) {
              w = float[4,4] ~ 1
              v = float[4,4] ~ 2
              u = float[4,4] ~ 3
              h = MatMul(x, w)
              side = MatMul(h, v)
              y = MatMul(h, u)
            }
            """);

    assertThat(blocks(model, 1))
        .containsExactly(
            new Span(Set.of(), List.of("h")),
            new Span(Set.of("h"), List.of("side")),
            new Span(Set.of("h"), List.of("y")));
  }
}
