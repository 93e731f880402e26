package io.demitasse.rewrite;

import io.demitasse.ir.Node;
import java.util.List;

/** The nodes that a rewrite may touch, and the one who is told what became of them. */
public interface Scope {

  /** The selected nodes, in the main graph and in all nested graphs, in order, as they are now. */
  List<Node> nodes();

  /** Whether a node may be changed or removed. */
  boolean selects(Node node);

  /** Tells that a node was changed or made. */
  void changed(Node node, String what);

  /** Tells why a node that looked right was left alone. */
  void skipped(Node node, String why);
}
