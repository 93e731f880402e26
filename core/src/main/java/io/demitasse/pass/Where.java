package io.demitasse.pass;

import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which nodes a step may touch: globs with {@code *} for any run of characters and {@code ?} for
 * one. An empty list selects everything; exclusions win.
 */
public record Where(
    List<String> parts,
    List<String> operators,
    List<String> nodes,
    List<String> exceptOperators,
    List<String> exceptNodes) {

  public static final Where EVERYWHERE =
      new Where(List.of(), List.of(), List.of(), List.of(), List.of());

  public Where {
    parts = List.copyOf(parts);
    operators = List.copyOf(operators);
    nodes = List.copyOf(nodes);
    exceptOperators = List.copyOf(exceptOperators);
    exceptNodes = List.copyOf(exceptNodes);
  }

  public static Where ofPart(String part) {
    return ofParts(List.of(part));
  }

  public static Where ofParts(List<String> parts) {
    return new Where(parts, List.of(), List.of(), List.of(), List.of());
  }

  /** Of this selection what lies in one part. */
  public Where in(String part) {
    return new Where(List.of(part), operators, nodes, exceptOperators, exceptNodes);
  }

  /** This selection without the nodes of these labels. */
  public Where except(List<String> labels) {
    List<String> all = new ArrayList<>(exceptNodes);
    all.addAll(labels);
    return new Where(parts, operators, nodes, exceptOperators, all);
  }

  /** Of this selection the nodes of one label alone. */
  public Where only(String label) {
    return new Where(parts, operators, List.of(label), exceptOperators, exceptNodes);
  }

  /** The globs by key as recipes spell it, without the keys that have none. */
  public Map<String, List<String>> globs() {
    Map<String, List<String>> globs = new LinkedHashMap<>();
    globs.put("parts", parts);
    globs.put("operators", operators);
    globs.put("nodes", nodes);
    globs.put("except-operators", exceptOperators);
    globs.put("except-nodes", exceptNodes);
    globs.values().removeIf(List::isEmpty);
    return globs;
  }

  public boolean selectsPart(String part) {
    return parts.isEmpty() || anyMatches(parts, part);
  }

  public boolean selects(Node node) {
    String operator = operator(node);
    String label = label(node);
    return (operators.isEmpty() || anyMatches(operators, operator))
        && (nodes.isEmpty() || anyMatches(nodes, label))
        && !anyMatches(exceptOperators, operator)
        && !anyMatches(exceptNodes, label);
  }

  /**
   * The globs that match nothing in these models, each with its key as recipes spell it: most
   * likely misspelled.
   *
   * @param models by part
   */
  public List<String> unmatched(Map<String, Model> models) {
    Set<String> operatorsThere = new HashSet<>();
    Set<String> labelsThere = new HashSet<>();
    models.forEach(
        (part, model) -> {
          if (selectsPart(part)) {
            model.forEachNode(
                node -> {
                  operatorsThere.add(operator(node));
                  labelsThere.add(label(node));
                });
          }
        });
    List<String> unmatched = new ArrayList<>();
    globs()
        .forEach(
            (key, globs) -> {
              Set<String> texts =
                  key.equals("parts")
                      ? models.keySet()
                      : key.endsWith("operators") ? operatorsThere : labelsThere;
              globs.stream()
                  .filter(glob -> texts.stream().noneMatch(text -> Glob.matches(glob, text)))
                  .forEach(glob -> unmatched.add(key + " '" + glob + "'"));
            });
    return unmatched;
  }

  /**
   * What a node is called in selections and reports: its name, or that of its first output when it
   * has none.
   */
  public static String label(Node node) {
    if (!node.name().isEmpty()) {
      return node.name();
    }
    Value first = node.output(0);
    return first == null ? "" : first.name();
  }

  /** The operator as selections spell it: with its domain unless that is ONNX's own. */
  public static String operator(Node node) {
    return node.domain().isEmpty() ? node.opType() : node.domain() + "." + node.opType();
  }

  private static boolean anyMatches(List<String> globs, String text) {
    return globs.stream().anyMatch(glob -> Glob.matches(glob, text));
  }
}
