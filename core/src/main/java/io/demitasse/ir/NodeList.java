package io.demitasse.ir;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The nodes of a graph, linked so that inserting and removing take the same time anywhere. */
final class NodeList {
  private @Nullable Node first;
  private @Nullable Node last;
  private int size;
  private final Map<String, Integer> names = new HashMap<>();

  @Nullable Node first() {
    return first;
  }

  int size() {
    return size;
  }

  List<Node> toList() {
    List<Node> nodes = new ArrayList<>(size);
    for (Node node = first; node != null; node = node.next) {
      nodes.add(node);
    }
    return nodes;
  }

  /** Links a node before another, or at the end when that is null. */
  void link(Node node, @Nullable Node before) {
    Node after = before == null ? last : before.previous;
    node.previous = after;
    node.next = before;
    if (after == null) {
      first = node;
    } else {
      after.next = node;
    }
    if (before == null) {
      last = node;
    } else {
      before.previous = node;
    }
    size++;
    node.linked = true;
    named(node.name(), 1);
  }

  void unlink(Node node) {
    if (node.previous == null) {
      first = node.next;
    } else {
      node.previous.next = node.next;
    }
    if (node.next == null) {
      last = node.previous;
    } else {
      node.next.previous = node.previous;
    }
    node.removed = true;
    node.linked = false;
    size--;
    named(node.name(), -1);
  }

  boolean hasNamed(String name) {
    return names.containsKey(name);
  }

  /** Counts a node of a name in or out. */
  void named(String name, int times) {
    if (!name.isEmpty() && names.merge(name, times, Integer::sum) == 0) {
      names.remove(name);
    }
  }
}
