package io.demitasse.port;

import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.objective.Batch;
import io.demitasse.objective.Objective;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Computes gradients of models and moves their weights. What is learned, when, and what is kept of
 * it is decided by who drives a {@link Session}.
 */
@Port(does = "computes gradients", module = "io.demitasse:demitasse-torch")
public interface Trainer extends PlatformDependent {

  /** Name and version, such as {@code libtorch 2.10.0}. */
  String version();

  /**
   * What keeps a model from being trained, in sentences without their ends: operators without a
   * gradient here, each with its nodes; empty where it can be.
   */
  List<String> refusals(Model model);

  /**
   * Loads models to train.
   *
   * @throws io.demitasse.error.DemitasseException (bad model) when one cannot be trained; (backend
   *     failed) when the trainer cannot be started here
   */
  Session open(Setup setup);

  /**
   * A model that learns.
   *
   * @param name what others call it that learn from it
   * @param parameters the weights that are moved, by their keys in {@link
   *     io.demitasse.ops.Parameters}; at least one
   */
  record Student(String name, Model model, Set<String> parameters, Objective objective) {
    public Student {
      parameters = Set.copyOf(parameters);
    }
  }

  /** What computes. */
  enum Device {
    /** The processor. */
    CPU,
    /** A GPU of NVIDIA. */
    CUDA
  }

  /**
   * Why a device cannot be used, as far as that is known before anything is trained: a sentence
   * without a full stop; empty where nothing is known to keep it from being used.
   */
  default Optional<String> unusable(Device device) {
    return device == Device.CPU
        ? Optional.empty()
        : Optional.of(version() + " trains on the processor alone");
  }

  /** How weights follow from gradients. */
  sealed interface Optimizer extends Serializable {
    /** Share of a weight that a step takes off, times the learning rate; not of vectors. */
    double weightDecay();

    /** Loshchilov, Hutter, Decoupled Weight Decay Regularization, ICLR 2019. */
    record AdamW(double beta1, double beta2, double epsilon, double weightDecay)
        implements Optimizer {}

    /** Steps down the gradient with a memory of those before. */
    record Sgd(double momentum, boolean nesterov, double weightDecay) implements Optimizer {}
  }

  /**
   * How everything is computed.
   *
   * @param threads at least 1
   * @param seed of what is random: dropout, projections
   * @param halfPrecision whether products are computed in bfloat16; weights stay float32
   * @param clip the greatest length of the gradient of all weights together; may be infinite
   * @param memory bytes that activations may take that gradients need; where it would be more, they
   *     are dropped and computed once more, with the same result
   * @param keepsZeros whether zeros stay in a weight of two axes or more of which at least a tenth
   *     of the numbers are zero, and not all
   * @param device that computes
   */
  record Settings(
      int threads,
      long seed,
      boolean halfPrecision,
      double clip,
      Optimizer optimizer,
      long memory,
      boolean keepsZeros,
      Device device)
      implements Serializable {

    /** Settings with as much memory as it takes, and zeros that are trained as all else. */
    public Settings(
        int threads, long seed, boolean halfPrecision, double clip, Optimizer optimizer) {
      this(threads, seed, halfPrecision, clip, optimizer, Long.MAX_VALUE);
    }

    /** Settings with zeros that are trained as all else. */
    public Settings(
        int threads,
        long seed,
        boolean halfPrecision,
        double clip,
        Optimizer optimizer,
        long memory) {
      this(threads, seed, halfPrecision, clip, optimizer, memory, false, Device.CPU);
    }

    /** The same with as much memory as it takes, by which the same is learned. */
    public Settings unbounded() {
      return new Settings(
          threads, seed, halfPrecision, clip, optimizer, Long.MAX_VALUE, keepsZeros, device);
    }
  }

  /**
   * What is trained.
   *
   * @param students at least one; several learn on the same batches, from each other where their
   *     objectives say so
   * @param teachers models that do not learn, by name
   */
  record Setup(List<Student> students, Map<String, Model> teachers, Settings settings) {
    public Setup {
      students = List.copyOf(students);
      teachers = Map.copyOf(teachers);
    }
  }

  /**
   * What was computed for one batch, or several.
   *
   * @param terms value of each term, by student and {@link io.demitasse.objective.Term#name}:
   *     {@code student/labels}; a mean over samples, before weights
   * @param objective the sum of all, weighted
   * @param gradient length of the gradient before it was clipped; 0 where none was computed
   * @param firstNotFinite the node where numbers stopped being finite, where they did
   */
  record Losses(
      Map<String, Double> terms,
      double objective,
      double gradient,
      Optional<String> firstNotFinite) {
    public Losses {
      terms = Map.copyOf(terms);
    }

    public boolean isFinite() {
      return Double.isFinite(objective) && Double.isFinite(gradient);
    }
  }

  /**
   * Gradients of an objective with respect to one weight, summed up over examples; all tensors are
   * doubles of the sizes of the weight. Of integers they are as the optimizer sees them.
   *
   * @param values the gradients of all examples
   * @param magnitudes their absolute values, so that examples that pull in opposite ways do not
   *     cancel out
   * @param squares their squares: the diagonal of the empirical Fisher information, times the
   *     number of examples
   */
  record Gradients(Tensor values, Tensor magnitudes, Tensor squares) {}

  /** Which weights are meant. */
  enum Version {
    /** As the last step left them. */
    CURRENT,
    /** The running mean of {@link Session#average}. */
    AVERAGED,
    /** Those of the last {@link Session#keep}; before that those it began with. */
    KEPT
  }

  /** Models that are being trained. Used from one thread at a time. */
  interface Session extends AutoCloseable {

    /**
     * Trains something else from here on, as if it had just been opened, and forgets what it
     * trained before: models that are trained one after the other need one of them in memory.
     *
     * @param setup with as many threads as before
     */
    void turnTo(Setup setup);

    /**
     * One step of the optimizer, on the gradient of all batches together, each in proportion to its
     * samples. Where a loss is not finite, nothing is moved.
     *
     * @param batches at least one
     * @param learningRate at least 0
     */
    Losses step(List<Batch> batches, double learningRate);

    /** Computes the objectives and moves nothing. */
    Losses evaluate(List<Batch> batches, Version version);

    /**
     * Computes gradients with respect to the weights that are trained, as the last step left them,
     * and moves nothing. The same batches give the same gradients, whatever was asked before.
     *
     * @param examples at least one; a batch is one example, so magnitudes and squares are of the
     *     gradient of each batch as a whole: of its mean over samples, before anything is clipped
     * @return by student, then by the keys of {@link Student#parameters}; valid after closing
     * @throws io.demitasse.error.DemitasseException (bad model) where a loss or a gradient is not
     *     finite, with the example and, where it is known, the node
     */
    Map<String, Map<String, Gradients>> gradients(List<Batch> examples);

    /**
     * Moves the averaged weights towards the present ones.
     *
     * @param share how far, above 0 and at most 1: what remains of an exponential mean, or one by
     *     the number of steps
     */
    void average(double share);

    /**
     * Lets other numbers of each weight whose zeros stay be zero, and as many: those of the least
     * magnitude become zero, and those that the gradient of the last step would move most are
     * trained from here on, beginning at zero (Evci, Gale, Menick, Castro, Elsen, "Rigging the
     * Lottery: Making All Tickets Winners", ICML 2020). Weights of integers keep theirs.
     *
     * @param share of the numbers that are not zero, from 0 to 1
     */
    void regrow(double share);

    /** Remembers weights as the best so far. */
    void keep(Version version);

    /**
     * The weights that are trained.
     *
     * @return by student, then by the keys of {@link Student#parameters}; valid after closing
     */
    Map<String, Map<String, Tensor>> weights(Version version);

    /** Writes all that the next steps depend on to a file that does not exist yet. */
    void save(Path checkpoint);

    /** Goes on from such a file, of a session with the same setup. */
    void restore(Path checkpoint);

    @Override
    void close();
  }
}
