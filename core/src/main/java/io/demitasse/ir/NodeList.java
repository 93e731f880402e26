package io.demitasse.ir;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The nodes of a graph, linked so that inserting and removing take the same time anywhere. */
final class NodeList {
  private @Nullable Node first;
  private @Nullable Node last;
  private int size;

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
    size--;
  }
}
