package io.demitasse.passes.tune;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.ir.Bundle;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.TextGraph;
import io.demitasse.ir.Value;
import io.demitasse.objective.Term;
import io.demitasse.ops.Parameters;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.passes.quantize.QuantizeDynamic;
import io.demitasse.passes.quantize.QuantizeStatic;
import io.demitasse.passes.quantize.QuantizeWeights;
import io.demitasse.pipeline.Change;
import io.demitasse.pipeline.PartContext;
import io.demitasse.pipeline.Pipeline;
import io.demitasse.pipeline.StepResult;
import io.demitasse.port.Runtime;
import io.demitasse.port.Trainer;
import io.demitasse.recipe.Step;
import io.demitasse.rewrite.ConstantContent;
import io.demitasse.testkit.KeptFindings;
import io.demitasse.torch.TorchTrainer;
import io.demitasse.zoo.Zoo;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What blocks learn, each by itself. */
final class ReconstructTest extends PairsLearned {

  /** Two residual blocks between two products. */
  private static final String RESIDUAL =
      """
      ir 10, opset 17
      graph g(x: float[N,2]) -> (p: float[N,2]) {
        u = float[2,16] ~ 1
        w1 = float[16,16] ~ 2
        w2 = float[16,16] ~ 3
        v = float[16,2] ~ 4
        h0 = MatMul(x, u)
        a = Tanh(h0)
        h1 = MatMul(a, w1)
        t1 = Tanh(h1)
        b = Add(a, t1)
        h2 = MatMul(b, w2)
        t2 = Tanh(h2)
        c = Add(b, t2)
        p = MatMul(c, v)
      }
      """;

  private static final Map<String, Object> OPTIONS =
      Map.of("rate", .01, "steps", 60, "batch", 16, "weight-decay", 0, "examples", 64);

  /** Trains in this process, and remembers what was in memory at a time. */
  private static final class Watched implements Trainer {
    private final Trainer trainer = TorchTrainer.inProcess();
    private final List<Setup> setups = new ArrayList<>();
    private int sessions;

    @Override
    public String version() {
      return trainer.version();
    }

    @Override
    public List<String> refusals(Model model) {
      return trainer.refusals(model);
    }

    @Override
    public Session open(Setup setup) {
      sessions++;
      setups.add(setup);
      return new WatchedSession(trainer.open(setup), setups);
    }
  }

  private static final Pass PASS = pass(Map.of());

  private static Pass pass(Map<String, Object> more) {
    Map<String, Object> options = new LinkedHashMap<>(OPTIONS);
    options.putAll(more);
    return PassOptions.of(Reconstruct.class, options);
  }

  private static TaskSplits splits(Samples train, Samples choose) {
    return splits(Known.unlabeled(choose, new Plain()), train);
  }

  /** What came of a pass that was run here. */
  private record Done(Model model, PartContext context, Watched trainer) {
    List<String> told() {
      return context.changes().stream().map(Change::text).toList();
    }
  }

  private static Done run(Model original, Model changed, Pass pass, TaskSplits splits) {
    Watched trainer = new Watched();
    Model model = changed.copy();
    Step step = Step.of(pass, Where.EVERYWHERE);
    try (PartContext context =
        new PartContext(Bundle.SINGLE, model, original, step, 7)
            .with(Map.of(Trainer.class, trainer, Runtime.class, PORTS.runtime()))
            .with(new KeptFindings())
            .with(trainingSamples(original, splits))) {
      ((Reconstruct) pass).apply(model, context);
      return new Done(model, context, trainer);
    }
  }

  private static Done run(Model original, Model changed, Pass pass) {
    return run(original, changed, pass, splits(samples(128, 4), samples(64, 3)));
  }

  /** The same with every weight off by some share of it. */
  private static Model damaged(Model model, double share) {
    Model damaged = model.copy();
    Random random = new Random(5);
    for (Value value : Parameters.of(damaged).values()) {
      Tensor content = value.constant().orElseThrow();
      float[] numbers = content.toFloats();
      for (int i = 0; i < numbers.length; i++) {
        numbers[i] *= (float) (1 + share * random.nextGaussian());
      }
      ConstantContent.replace(value, Tensor.ofFloats(content.sizes(), numbers));
    }
    return damaged;
  }

  /** Squared differences over squares, over all outputs. */
  private static double error(Model model, Model original, Samples samples) {
    Runtime.SessionOptions options = Runtime.SessionOptions.of(1);
    try (Runtime.Session ours = PORTS.runtime().open(model, options);
        Runtime.Session theirs = PORTS.runtime().open(original, options)) {
      RelativeError error = new RelativeError();
      for (int i = 0; i < samples.size(); i++) {
        Map<String, Tensor> inputs = ((Sample.Tensors) samples.get(i)).inputs();
        Map<String, Tensor> given = ours.run(inputs);
        theirs
            .run(inputs)
            .forEach((name, right) -> error.add(given.get(name), right, Optional.empty()));
      }
      return error.value();
    }
  }

  private static double error(Model model, Model original) {
    return error(model, original, samples(100, 9));
  }

  @Test
  void aDamagedModelComesNearerBlockByBlock() {
    Model original = TextGraph.parse(RESIDUAL);
    Model changed = damaged(original, .3);

    Done done = run(original, changed, PASS);

    assertThat(error(done.model(), original)).isLessThan(.1 * error(changed, original));
    assertThat(done.told())
        .anyMatch(text -> text.startsWith("block 'a' is nearer to the original"))
        .anyMatch(text -> text.startsWith("block 'b' is nearer"))
        .anyMatch(text -> text.startsWith("block 'c' is nearer"))
        .anyMatch(text -> text.startsWith("block 'p' is nearer"))
        .anyMatch(text -> text.startsWith("outputs are nearer"));
    assertThat(done.context().curves().getFirst().points().getLast().judged())
        .containsKey("p/reconstruction");
  }

  @Test
  void oneBlockIsInMemoryAtATime() {
    Model original = TextGraph.parse(RESIDUAL);

    Done done = run(original, damaged(original, .3), PASS);

    assertThat(done.trainer().sessions).isEqualTo(1);
    assertThat(done.trainer().setups)
        .hasSize(4)
        .allMatch(setup -> setup.teachers().isEmpty())
        .extracting(setup -> setup.students().getFirst().parameters())
        .allMatch(parameters -> parameters.size() == 1);
    assertThat(done.trainer().setups)
        .extracting(setup -> setup.students().getFirst().model())
        .allMatch(
            block ->
                block.graph().nodes().stream().filter(node -> node.is("MatMul")).count() == 1
                    && Parameters.of(block).size() == 1);
  }

  @Test
  void aModelThatWasNotChangedStaysAsItIsAndNothingIsTrained() {
    Model original = TextGraph.parse(RESIDUAL);

    Done done = run(original, original, PASS);

    assertThat(done.told()).containsExactly("no block came nearer to the original");
    assertThat(done.trainer().sessions).isZero();
    assertThat(TextGraph.print(done.model())).isEqualTo(TextGraph.print(original));
  }

  @Test
  void onlyWhatComesBehindTheFirstChangeIsTrained() {
    Model original = TextGraph.parse(RESIDUAL);
    Model changed = TextGraph.parse(RESIDUAL.replace("~ 3", "~ 9"));

    Done done = run(original, changed, PASS);

    assertThat(done.trainer().setups)
        .extracting(setup -> setup.students().getFirst().name())
        .containsExactly("c", "p");
  }

  @Test
  void aRateThatDivergesKeepsTheStart() {
    Model original = TextGraph.parse(RESIDUAL.replace("Tanh", "Relu"));
    Model changed = damaged(original, .01);

    Done done = run(original, changed, pass(Map.of("rate", 1e30, "clip", 0, "optimizer", "sgd")));

    assertThat(TextGraph.print(done.model())).isEqualTo(TextGraph.print(changed));
    assertThat(done.told()).anyMatch(text -> text.contains("training made it no better"));
  }

  @Test
  void integersAreTrainedWhereTheyAre() {
    Model original = TextGraph.parse(RESIDUAL);
    Model rounded = applied(original, QuantizeWeights.class, Map.of("minimum-elements", 1));
    for (Value value : Parameters.of(rounded).values()) {
      if (value.constant().orElseThrow().dataType() == DataType.INT8) {
        ConstantContent.replace(value, coarse(value.constant().orElseThrow()));
      }
    }

    Done done = run(original, rounded, pass(Map.of("rate", .003)));

    assertThat(error(done.model(), original)).isLessThan(.3 * error(rounded, original));
    assertThat(Parameters.of(done.model()).values())
        .filteredOn(value -> value.constant().orElseThrow().dataType() == DataType.INT8)
        .hasSize(4);
  }

  /** The same rounded to every sixteenth number. */
  private static Tensor coarse(Tensor integers) {
    byte[] rounded = new byte[(int) integers.elementCount()];
    long[] numbers = integers.toLongs();
    for (int i = 0; i < rounded.length; i++) {
      rounded[i] = (byte) Math.clamp(Math.round(numbers[i] / 16.) * 16, -127, 127);
    }
    return Tensor.ofBytes(DataType.INT8, integers.sizes(), rounded);
  }

  private static Model applied(
      Model model, Class<? extends Pass> pass, Map<String, Object> options) {
    return applied(model, pass, options, splits(samples(128, 4), samples(64, 3)));
  }

  private static Model applied(
      Model model, Class<? extends Pass> pass, Map<String, Object> options, TaskSplits splits) {
    StepResult result =
        run(
            model,
            Step.of(PassOptions.of(pass, options), Where.EVERYWHERE),
            splits,
            new KeptFindings());
    assertThat(result.changedAnything()).isTrue();
    return only(result);
  }

  @Test
  void dynamicallyQuantizedProductsComeNearer() {
    Model original = TextGraph.parse(RESIDUAL);
    Model changed =
        applied(
            original,
            QuantizeDynamic.class,
            Map.of("minimum-elements", 1, "per-channel", false, "reduce-range", true));

    Done done = run(original, changed, pass(Map.of("rate", .001)));

    assertThat(error(done.model(), original)).isLessThan(error(changed, original));
  }

  // ---- Pictures and texts

  private static Model zoo(String name, String settings) {
    Map<String, String> chosen = new LinkedHashMap<>();
    for (String each : settings.split(" ", -1)) {
      chosen.put(each.split("=", 2)[0], each.split("=", 2)[1]);
    }
    return Zoo.make(name, chosen, 1).part(Bundle.SINGLE);
  }

  private static Samples pictures(int count, long seed) {
    Random random = new Random(seed);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      float[] picture = new float[3 * 32 * 32];
      for (int k = 0; k < picture.length; k++) {
        picture[k] = (float) random.nextGaussian();
      }
      samples.add(
          new Sample.Tensors(
              "p" + i,
              Map.of("pixel_values", Tensor.ofFloats(new long[] {1, 3, 32, 32}, picture))));
    }
    return Samples.of("pictures", samples);
  }

  @Test
  void aResNetInEightBitsComesNearer() {
    Model original = zoo("resnet-18", "image=32 classes=5 width=4");
    TaskSplits splits = splits(pictures(48, 1), pictures(16, 2));
    Model changed =
        applied(
            original,
            QuantizeStatic.class,
            Map.of("per-channel", false, "reduce-range", true),
            splits);

    Done done =
        run(original, changed, pass(Map.of("rate", .0003, "steps", 20, "layers", 4)), splits);

    assertThat(error(done.model(), original, pictures(16, 3)))
        .isLessThan(error(changed, original, pictures(16, 3)));
    assertThat(done.trainer().setups).hasSizeGreaterThan(2);
  }

  private static Samples texts(int count, long seed) {
    Random random = new Random(seed);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int length = 4 + random.nextInt(6);
      long[] sizes = {1, length};
      long[] ids = random.longs(length, 0, 20).toArray();
      long[] mask = new long[length];
      java.util.Arrays.fill(mask, 1);
      samples.add(
          new Sample.Tensors(
              "t" + i,
              Map.of(
                  "input_ids", Tensor.ofLongs(sizes, ids),
                  "attention_mask", Tensor.ofLongs(sizes, mask),
                  "token_type_ids", Tensor.ofLongs(sizes, new long[length]))));
    }
    return Samples.of("texts", samples);
  }

  @Test
  void positionsThatArePaddedDoNotCount() {
    Model original = zoo("bert-tiny", "width=16 layers=2 heads=2 hidden=32 words=20 positions=16");
    Model changed = damaged(original, .3);
    TaskSplits splits = splits(texts(64, 1), texts(16, 2));

    Done done = run(original, changed, pass(Map.of("steps", 30, "layers", 2)), splits);

    assertThat(error(done.model(), original, texts(16, 3)))
        .isLessThan(.5 * error(changed, original, texts(16, 3)));
    assertThat(done.trainer().setups)
        .extracting(setup -> setup.students().getFirst().objective().terms().getFirst())
        .extracting(term -> ((Term.Reconstruction) term).mask())
        .as("attention and a feed-forward network twice, and the pooler, which has one position")
        .containsExactly(
            "attention_mask", "attention_mask", "attention_mask", "attention_mask", null);
  }

  // ---- Models that differ

  @Test
  void aBlockGoesOnToWhereBothModelsAreAlike() {
    Model original = TextGraph.parse(RESIDUAL);
    Model changed =
        damaged(
            TextGraph.parse(RESIDUAL.replace("b = Add", "bb = Add").replace("(b, ", "(bb, ")), .3);

    Done done = run(original, changed, PASS);

    assertThat(done.trainer().setups)
        .extracting(setup -> setup.students().getFirst().name())
        .containsExactly("a", "c", "p");
    assertThat(error(done.model(), original)).isLessThan(.2 * error(changed, original));
  }

  @Test
  void whatIsTheSameButForFactorsOfChannelsIsNoEnd() {
    Model original = TextGraph.parse(RESIDUAL.replace("Tanh", "Relu"));
    Model changed = original.copy();
    scale(changed, "u", 4f);
    scale(changed, "w1", .25f);
    Model before = changed.copy();

    Done done = run(original, damaged(changed, .1), PASS);

    assertThat(before.graph().find("a")).isNotNull();
    assertThat(done.trainer().setups)
        .extracting(setup -> setup.students().getFirst().name())
        .doesNotContain("a");
  }

  private static void scale(Model model, String name, float factor) {
    Value value = model.graph().find(name);
    Tensor content = value.constant().orElseThrow();
    float[] numbers = content.toFloats();
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] *= factor;
    }
    ConstantContent.replace(value, Tensor.ofFloats(content.sizes(), numbers));
  }

  @Test
  void anOutputThatTheOriginalDoesNotHaveIsLeftWithAReason() {
    Model original = TextGraph.parse(RESIDUAL);
    Model changed =
        damaged(
            TextGraph.parse(
                RESIDUAL.replace("(p: float", "(q: float").replace("p = Mat", "q = Mat")),
            .3);

    Done done = run(original, changed, PASS);

    assertThat(done.told()).contains("block 'q' stays as it was: the original cannot be cut there");
  }

  // ---- Through the pipeline

  @Test
  void whatWasLearnedIsBroughtInAgainWithoutATrainerOrSamples() {
    Model original = TextGraph.parse(RESIDUAL);
    Model changed = damaged(original, .3);
    StepResult first =
        run(
            original,
            changed,
            Step.of(pass(Map.of("steps", 20)), Where.EVERYWHERE),
            splits(samples(64, 4), samples(32, 3)),
            new KeptFindings());
    assertThat(first.changedAnything()).isTrue();

    StepResult again =
        new Pipeline(PORTS.runtime(), Bundle.of(original), null, 7)
            .apply(Bundle.of(changed), first.steps().getLast());

    assertThat(TextGraph.print(only(again))).isEqualTo(TextGraph.print(only(first)));
    assertThat(again.changes()).isEqualTo(first.changes());
    assertThat(again.curves().getFirst().best()).isEqualTo(first.curves().getFirst().best());
  }

  @Test
  void nodesThatAreNotSelectedKeepTheirWeights() {
    Model original = TextGraph.parse(RESIDUAL);
    Model changed = damaged(original, .3);
    Node only = changed.graph().find("h2").producer();

    StepResult done =
        run(
            original,
            changed,
            Step.of(pass(Map.of("steps", 20)), Where.EVERYWHERE.only(Where.label(only))),
            splits(samples(64, 4), samples(32, 3)),
            new KeptFindings());

    assertThat(weight(only(done), "w1")).isEqualTo(weight(changed, "w1"));
    assertThat(weight(only(done), "w2")).isNotEqualTo(weight(changed, "w2"));
  }
}
