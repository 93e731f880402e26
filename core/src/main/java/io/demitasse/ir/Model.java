package io.demitasse.ir;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** One ONNX model: its main graph, the functions it defines and what the file says of itself. */
public final class Model {
  /** The domain of ONNX Runtime's own operators. */
  public static final String CONTRIB = "com.microsoft";

  private final Graph graph;
  private final Map<String, Long> opsets = new TreeMap<>();
  private final List<Function> functions = new ArrayList<>();
  private final List<TrainingInfo> training = new ArrayList<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private long irVersion = 10;
  private String producerName = "";
  private String producerVersion = "";
  private String domain = "";
  private long modelVersion;
  private String doc = "";

  public Model(Graph graph) {
    this.graph = graph;
  }

  public Graph graph() {
    return graph;
  }

  /** Operator set versions by domain; the empty string is ONNX itself. */
  public Map<String, Long> opsets() {
    return opsets;
  }

  /** The version of ONNX's own operator set, or 1 when the file imports none. */
  public long opset() {
    return opsets.getOrDefault("", 1L);
  }

  public List<Function> functions() {
    return functions;
  }

  public List<TrainingInfo> training() {
    return training;
  }

  public Map<String, String> metadata() {
    return metadata;
  }

  public long irVersion() {
    return irVersion;
  }

  public void irVersion(long version) {
    irVersion = version;
  }

  public String producerName() {
    return producerName;
  }

  public String producerVersion() {
    return producerVersion;
  }

  public void producer(String name, String version) {
    producerName = name;
    producerVersion = version;
  }

  public String domain() {
    return domain;
  }

  public void domain(String newDomain) {
    domain = newDomain;
  }

  public long modelVersion() {
    return modelVersion;
  }

  public void modelVersion(long version) {
    modelVersion = version;
  }

  public String doc() {
    return doc;
  }

  public void doc(String newDoc) {
    doc = newDoc;
  }

  /** Visits the main graph, all nested graphs and the bodies of functions. */
  public void forEachGraph(Consumer<Graph> visitor) {
    graph.forEachGraph(visitor);
    functions.forEach(function -> function.body().forEachGraph(visitor));
  }

  /**
   * Visits every node of the main graph and the graphs nested in it; function bodies are not
   * visited.
   */
  public void forEachNode(Consumer<Node> visitor) {
    graph.forEachNode(visitor);
  }

  /**
   * A model that shares the tensors of this one and nothing else: changing one does not change the
   * other.
   */
  public Model copy() {
    return ModelCopy.of(this);
  }
}
