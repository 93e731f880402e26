package io.demitasse.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Divides the nodes of a graph into blocks of a size that people can look at: by the paths in their
 * names, as deep as it takes, and where names have none by position. Blocks that follow each other
 * and are alike stand as one.
 */
final class GraphBlocks {
  /** Nodes of a block at most. */
  private static final int LARGEST = 96;

  private final List<GraphNode> nodes;
  private final List<Block> blocks = new ArrayList<>();

  /**
   * Nodes that stand together.
   *
   * @param names of this block and of those that are like it
   * @param nodes positions in the list of all nodes, of this block alone
   */
  record Block(List<String> names, List<Integer> nodes) {}

  private GraphBlocks(List<GraphNode> nodes) {
    this.nodes = nodes;
  }

  static List<Block> of(List<GraphNode> nodes) {
    GraphBlocks blocks = new GraphBlocks(nodes);
    blocks.divide("", IntStream.range(0, nodes.size()).boxed().toList(), 0);
    return blocks.united();
  }

  private void divide(String name, List<Integer> group, int depth) {
    Map<String, List<Integer>> inner = new LinkedHashMap<>();
    for (int node : group) {
      List<String> path = path(nodes.get(node).name());
      String segment = depth < path.size() ? path.get(depth) : "";
      inner.computeIfAbsent(segment, any -> new ArrayList<>()).add(node);
    }
    boolean small = group.size() <= LARGEST && depth > 0;
    if (small || inner.keySet().equals(java.util.Set.of(""))) {
      cut(name, group);
      return;
    }
    inner.forEach(
        (segment, members) -> {
          if (segment.isEmpty()) {
            cut(name, members);
          } else {
            divide(name.isEmpty() ? segment : name + "/" + segment, members, depth + 1);
          }
        });
  }

  /** A name without its last segment, which is the node's own. */
  private static List<String> path(String name) {
    List<String> segments = List.of(name.replaceFirst("^/+", "").split("/+"));
    return segments.subList(0, segments.size() - 1);
  }

  private void cut(String name, List<Integer> group) {
    for (int from = 0; from < group.size(); from += LARGEST) {
      int to = Math.min(group.size(), from + LARGEST);
      String range = group.size() <= LARGEST ? "" : "nodes " + (from + 1) + " to " + to;
      String title = name.isEmpty() ? range : range.isEmpty() ? name : name + ", " + range;
      blocks.add(
          new Block(List.of(title.isEmpty() ? "other nodes" : title), group.subList(from, to)));
    }
  }

  private List<Block> united() {
    List<Block> united = new ArrayList<>();
    for (Block block : blocks) {
      Block last = united.isEmpty() ? null : united.getLast();
      if (last != null && kinds(last).equals(kinds(block))) {
        List<String> names = new ArrayList<>(last.names());
        names.addAll(block.names());
        united.set(united.size() - 1, new Block(names, last.nodes()));
      } else {
        united.add(block);
      }
    }
    return united;
  }

  private List<String> kinds(Block block) {
    return block.nodes().stream()
        .map(index -> nodes.get(index).operator() + " " + nodes.get(index).fate())
        .toList();
  }
}
