package io.demitasse.torch;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.objective.Batch;
import io.demitasse.objective.Term;
import io.demitasse.port.Trainer;
import io.demitasse.stored.TensorFile;
import io.demitasse.torch.graph.TorchGraph;
import io.demitasse.torch.kernel.Call;
import io.demitasse.torch.kernel.Tensors;
import io.demitasse.torch.library.Libtorch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Trains in this process. Whoever opens it answers for the threads of libtorch. */
final class TorchSession implements Trainer.Session {
  private Trainer.Settings settings;
  private final List<Learner> learners = new ArrayList<>();
  private final Map<String, TorchGraph> teachers = new LinkedHashMap<>();

  /** Values that objectives look at, by model. */
  private final Map<String, Set<String>> wanted = new HashMap<>();

  private long steps;

  TorchSession(Trainer.Setup setup) {
    Libtorch.loadFor(setup.settings().device());
    this.settings = setup.settings();
    open(setup);
  }

  @Override
  public void turnTo(Trainer.Setup setup) {
    close();
    settings = setup.settings();
    open(setup);
  }

  private void open(Trainer.Setup setup) {
    Tensors.computeOn(settings.device());
    torch.set_num_threads(settings.threads());
    torch.manual_seed(settings.seed());
    for (Trainer.Student student : setup.students()) {
      Call.Setting setting = setting(student.model(), true);
      Set<String> names = wanted(student.name(), setup);
      long memory = settings.memory() / setup.students().size();
      learners.add(new Learner(student, names, setting, settings, memory));
    }
    setup
        .teachers()
        .forEach(
            (name, model) ->
                teachers.put(
                    name,
                    new TorchGraph(model, Set.of(), wanted(name, setup), setting(model, false))));
  }

  private Set<String> wanted(String model, Trainer.Setup setup) {
    return wanted.computeIfAbsent(model, name -> Learner.wanted(name, setup.students()));
  }

  private Call.Setting setting(Model model, boolean training) {
    return new Call.Setting(false, settings.halfPrecision(), training, model.opset());
  }

  @Override
  public Trainer.Losses step(List<Batch> batches, double learningRate) {
    steps++;
    torch.manual_seed(settings.seed() + steps);
    forgetGradients();
    ObjectiveSums sums = new ObjectiveSums();
    double rows = rows(batches);
    for (Batch batch : batches) {
      try (PointerScope _ = new PointerScope()) {
        Tensor objective = computed(batch, batch.rows() / rows, sums);
        if (!Double.isFinite(sums.objective())) {
          return sums.losses(0, firstNotFinite(batch));
        }
        objective.backward();
        learners.forEach(learner -> learner.graph().backward());
      }
    }
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      double length = gradientLength();
      if (!Double.isFinite(length)) {
        return sums.losses(length, Optional.empty());
      }
      double factor = length > settings.clip() ? settings.clip() / length : 1;
      learners.forEach(learner -> moved(learner, learningRate, factor));
      return sums.losses(length, Optional.empty());
    }
  }

  @Override
  public Map<String, Map<String, Trainer.Gradients>> gradients(List<Batch> examples) {
    torch.manual_seed(settings.seed());
    Map<String, GradientSums> sums = new LinkedHashMap<>();
    try {
      learners.forEach(learner -> sums.put(learner.name(), new GradientSums(learner.trained())));
      for (int i = 0; i < examples.size(); i++) {
        forgetGradients();
        try (PointerScope _ = new PointerScope()) {
          differentiate(examples.get(i), i);
          sums.values().forEach(GradientSums::add);
        }
      }
      forgetGradients();
      Map<String, Map<String, Trainer.Gradients>> all = new LinkedHashMap<>();
      try (PointerScope _ = new PointerScope()) {
        sums.forEach((student, own) -> all.put(student, own.ours()));
      }
      return all;
    } finally {
      sums.values().forEach(GradientSums::close);
    }
  }

  /** Records the gradients of one example. */
  private void differentiate(Batch example, int index) {
    ObjectiveSums losses = new ObjectiveSums();
    Tensor objective = computed(example, 1, losses);
    boolean finite = Double.isFinite(losses.objective());
    if (finite) {
      objective.backward();
      learners.forEach(learner -> learner.graph().backward());
      finite = Double.isFinite(gradientLength());
    }
    if (!finite) {
      throw DemitasseException.badModel(
          "The gradient of example "
              + index
              + " is not finite"
              + firstNotFinite(example)
                  .map(node -> ": node '" + node + "' gives no number")
                  .orElse("")
              + ". Look at that example, and at whether the model gives numbers for it.");
    }
  }

  private void forgetGradients() {
    learners.forEach(learner -> learner.weights().values().forEach(Weight::forgetGradient));
  }

  private static double rows(List<Batch> batches) {
    return batches.stream().mapToLong(Batch::rows).sum();
  }

  private static void moved(Learner learner, double learningRate, double factor) {
    WeightSteps.take(learner.weights().values(), learningRate, factor);
    for (boolean groups : List.of(false, true)) {
      double by = learningRate * learner.sparsity(groups);
      if (by > 0) {
        learner.trained().values().stream()
            .filter(Weight::canBeSparse)
            .forEach(weight -> weight.shrink(by, groups));
      }
    }
  }

  /** Of the gradient of all weights together. */
  private double gradientLength() {
    double sum = 0;
    for (Learner learner : learners) {
      for (Weight weight : learner.weights().values()) {
        Tensor gradient = weight.gradient();
        if (gradient != null) {
          double length = gradient.norm().item_double();
          sum += length * length;
        }
      }
    }
    return Math.sqrt(sum);
  }

  @Override
  public Trainer.Losses evaluate(List<Batch> batches, Trainer.Version version) {
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      Map<Weight, Tensor> before = new HashMap<>();
      if (version != Trainer.Version.CURRENT) {
        for (Learner learner : learners) {
          for (Weight weight : learner.weights().values()) {
            before.put(weight, weight.exchange(weight.of(version)));
          }
        }
      }
      try {
        return summed(batches).losses(0, Optional.empty());
      } finally {
        before.forEach(Weight::exchange);
      }
    }
  }

  private ObjectiveSums summed(List<Batch> batches) {
    ObjectiveSums sums = new ObjectiveSums();
    double rows = rows(batches);
    for (Batch batch : batches) {
      try (PointerScope _ = new PointerScope()) {
        computed(batch, batch.rows() / rows, sums);
      }
    }
    return sums;
  }

  /** The objective of one batch as a part of that of all. */
  private Tensor computed(Batch batch, double share, ObjectiveSums sums) {
    Map<String, Tensor> inputs = tensors(batch.inputs());
    Map<String, Tensor> targets = tensors(batch.targets());
    Map<String, Map<String, Tensor>> taught = taught(inputs);
    Map<String, Map<String, Tensor>> own = new LinkedHashMap<>();
    for (Learner learner : learners) {
      Map<String, Tensor> values =
          learner.graph().run(fitting(inputs, learner.graph()), wanted(learner.name()));
      own.put(learner.name(), values);
      taught.put(learner.name(), values);
    }
    Tensor sum = Tensors.ofDoubles(0).reshape(new long[0]).to(torch.ScalarType.Float);
    for (Learner learner : learners) {
      TermLosses losses =
          new TermLosses(
              own.getOrDefault(learner.name(), Map.of()),
              taught,
              inputs,
              targets,
              learner::projected);
      for (Term term : learner.terms()) {
        String name = learner.name() + "/" + term.name();
        if (term instanceof Term.Sparsity sparsity) {
          sums.add(name, learner.size(sparsity.groups()), share, term.weight());
        } else {
          Tensor value = losses.of(term);
          sums.add(name, Tensors.number(value), share, term.weight());
          sum = sum.add(value.mul(new Scalar(term.weight() * share)));
        }
      }
    }
    return sum;
  }

  private Map<String, Map<String, Tensor>> taught(Map<String, Tensor> inputs) {
    Map<String, Map<String, Tensor>> taught = new LinkedHashMap<>();
    try (AutoGradMode _ = new AutoGradMode(false)) {
      teachers.forEach(
          (name, graph) -> taught.put(name, graph.run(fitting(inputs, graph), wanted(name))));
    }
    return taught;
  }

  /** What a model takes of what a batch has. */
  private static Map<String, Tensor> fitting(Map<String, Tensor> inputs, TorchGraph graph) {
    Map<String, Tensor> fitting = new HashMap<>(inputs);
    fitting.keySet().retainAll(graph.inputs());
    return fitting;
  }

  private Set<String> wanted(String model) {
    return wanted.getOrDefault(model, Set.of());
  }

  private static Map<String, Tensor> tensors(Map<String, io.demitasse.ir.Tensor> ours) {
    Map<String, Tensor> tensors = new HashMap<>();
    ours.forEach(
        (name, tensor) -> {
          if (tensor.dataType() != DataType.STRING) {
            tensors.put(name, Tensors.of(tensor, false));
          }
        });
    return tensors;
  }

  /** The first node whose output is no number, of the first model that has one. */
  private Optional<String> firstNotFinite(Batch batch) {
    try (AutoGradMode _ = new AutoGradMode(false)) {
      Map<String, Tensor> inputs = tensors(batch.inputs());
      return learners.stream()
          .flatMap(
              learner -> learner.graph().firstNotFinite(fitting(inputs, learner.graph())).stream())
          .findFirst();
    }
  }

  @Override
  public void average(double share) {
    each(weight -> weight.average(share));
  }

  @Override
  public void regrow(double share) {
    each(weight -> weight.regrow(share));
  }

  @Override
  public void keep(Trainer.Version version) {
    each(weight -> weight.keep(version));
  }

  private void each(java.util.function.Consumer<Weight> change) {
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      learners.forEach(learner -> learner.weights().values().forEach(change));
    }
  }

  @Override
  public Map<String, Map<String, io.demitasse.ir.Tensor>> weights(Trainer.Version version) {
    Map<String, Map<String, io.demitasse.ir.Tensor>> all = new LinkedHashMap<>();
    try (PointerScope _ = new PointerScope()) {
      for (Learner learner : learners) {
        Map<String, io.demitasse.ir.Tensor> weights = new LinkedHashMap<>();
        learner.trained().forEach((key, weight) -> weights.put(key, weight.written(version)));
        all.put(learner.name(), weights);
      }
    }
    return all;
  }

  private static final String STEPS = "steps";
  private static final char SEPARATOR = '\n';

  @Override
  public void save(Path checkpoint) {
    Map<String, io.demitasse.ir.Tensor> all = new TreeMap<>();
    try (PointerScope _ = new PointerScope()) {
      for (Learner learner : learners) {
        learner
            .weights()
            .forEach(
                (key, weight) ->
                    weight
                        .saved()
                        .forEach(
                            (state, tensor) ->
                                all.put(
                                    learner.name() + SEPARATOR + key + SEPARATOR + state, tensor)));
      }
    }
    all.put(STEPS, io.demitasse.ir.Tensor.scalar(steps));
    try {
      TensorFile.write(all, checkpoint);
    } catch (IOException e) {
      throw DemitasseException.backendFailed(
          "The state of the training cannot be written to " + checkpoint + ": " + Reason.of(e), e);
    }
  }

  @Override
  public void restore(Path checkpoint) {
    Map<String, io.demitasse.ir.Tensor> all;
    try {
      all = TensorFile.read(checkpoint);
    } catch (IOException e) {
      throw DemitasseException.badRequest(
          "The state of the training cannot be read from " + checkpoint + ": " + Reason.of(e));
    }
    try (PointerScope _ = new PointerScope();
        AutoGradMode _ = new AutoGradMode(false)) {
      for (Learner learner : learners) {
        learner.restore(all, SEPARATOR);
      }
    }
    io.demitasse.ir.Tensor counted = all.get(STEPS);
    if (counted == null) {
      throw DemitasseException.badRequest(
          checkpoint + " is no state of a training: it does not say after how many steps.");
    }
    steps = counted.toLongs()[0];
  }

  @Override
  public void close() {
    learners.forEach(Learner::close);
    learners.clear();
    teachers.values().forEach(TorchGraph::close);
    teachers.clear();
    wanted.clear();
    steps = 0;
  }
}
