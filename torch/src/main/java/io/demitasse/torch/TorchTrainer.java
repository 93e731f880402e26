package io.demitasse.torch;

import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.port.Trainer;
import io.demitasse.torch.kernel.Kernels;
import io.demitasse.torch.library.Libtorch;
import io.demitasse.torch.process.ProcessSession;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;

/** Trains with libtorch, each session in a process of its own. */
public final class TorchTrainer implements Trainer {
  private static final int SHOWN = 3;

  /** Where sessions are opened. */
  private final boolean inProcess;

  /** For the service loader: a crash of native code ends a session and not the program. */
  public TorchTrainer() {
    this(false);
  }

  private TorchTrainer(boolean inProcess) {
    this.inProcess = inProcess;
  }

  /**
   * One that trains in the process that asks. Who asks answers for its environment: {@code
   * OMP_WAIT_POLICY=passive} and {@code OPENBLAS_NUM_THREADS} have to be set before it starts, or
   * threads that wait take the processor from those that work.
   */
  public static TorchTrainer inProcess() {
    return new TorchTrainer(true);
  }

  @Override
  public String version() {
    String version = Tensor.class.getPackage().getImplementationVersion();
    // What follows the first hyphen is the version of the Java side.
    return version == null ? "libtorch" : "libtorch " + version.split("-", 2)[0];
  }

  @Override
  public Optional<String> unsupported() {
    return Libtorch.unsupported();
  }

  @Override
  public Optional<String> unusable(Device device) {
    return device == Device.CPU ? Optional.empty() : Libtorch.withoutCuda();
  }

  @Override
  public List<String> refusals(Model model) {
    Map<String, Set<String>> nodes = new LinkedHashMap<>();
    model.forEachNode(
        node -> {
          if (Kernels.find(node).isEmpty() && !isFunction(model, node)) {
            nodes.computeIfAbsent(operator(node), _ -> new LinkedHashSet<>()).add(label(node));
          }
        });
    List<String> refusals = new ArrayList<>();
    nodes.forEach((operator, labels) -> refusals.add(refusal(operator, labels)));
    return refusals;
  }

  private static boolean isFunction(Model model, Node node) {
    return model.functions().stream()
        .anyMatch(
            function ->
                function.domain().equals(node.domain()) && function.name().equals(node.opType()));
  }

  private static String operator(Node node) {
    return node.domain().isEmpty() ? node.opType() : node.domain() + "::" + node.opType();
  }

  private static String label(Node node) {
    return node.name().isEmpty() ? "a node without a name" : node.name();
  }

  private static String refusal(String operator, Set<String> labels) {
    String some = String.join(", ", labels.stream().limit(SHOWN).toList());
    int more = labels.size() - SHOWN;
    return operator + " has no gradient here: " + some + (more > 0 ? " and " + more + " more" : "");
  }

  @Override
  public Session open(Setup setup) {
    return inProcess ? new TorchSession(setup) : new ProcessSession(setup);
  }
}
