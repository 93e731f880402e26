package io.demitasse.passes.fuse;

import io.demitasse.affine.ChannelAffine;
import io.demitasse.affine.Channels;
import io.demitasse.affine.NotFoldable;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.rewrite.Scope;
import io.demitasse.rewrite.Unread;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * Nodes behind each other that multiply and shift the channels of a value, each the only reader of
 * the one before.
 */
final class AffineChain {
  private final Channels channels;
  private final List<Node> steps = new ArrayList<>();
  private ChannelAffine affine;
  private Value end;

  /**
   * @param start what the first node reads
   */
  AffineChain(Channels channels, Value start) {
    this.channels = channels;
    this.affine = ChannelAffine.identity(channels.count());
    this.end = start;
  }

  List<Node> steps() {
    return Collections.unmodifiableList(steps);
  }

  /** Where the channels lie, negative from the last. */
  int axis() {
    return channels.axis();
  }

  /** What all of them do together. */
  ChannelAffine affine() {
    return affine;
  }

  /** What the last of them gives. */
  Value end() {
    return end;
  }

  /**
   * Takes in all that follow, up to one that cannot be; that one is reported to the scope.
   *
   * @param fits whether what they do together is wanted
   */
  void follow(Scope scope, Predicate<ChannelAffine> fits) {
    for (Node step = Channels.step(end); step != null; step = Channels.step(end)) {
      try {
        requireOnlyReader(end, step);
        append(step, scope, fits);
      } catch (NotFoldable e) {
        scope.skipped(step, e.reason());
        return;
      }
    }
  }

  /**
   * Takes in one more.
   *
   * @throws NotFoldable when it cannot be
   */
  void append(Node step, Scope scope, Predicate<ChannelAffine> fits) {
    if (!scope.selects(step)) {
      throw new NotFoldable("the step does not select " + step);
    }
    ChannelAffine longer = affine.then(channels.affine(step, end));
    if (!fits.test(longer)) {
      throw new NotFoldable("the weight and bias would leave the range of floats");
    }
    affine = longer;
    steps.add(step);
    end = step.output();
  }

  /**
   * Demands that nobody else wants a value.
   *
   * @throws NotFoldable naming who does
   */
  static void requireOnlyReader(Value value, Node step) {
    if (value.isOutput()) {
      throw new NotFoldable("the inner value '" + value.name() + "' is a graph output");
    }
    for (Value.Use use : value.uses()) {
      if (use.node() != step) {
        throw new NotFoldable(
            "the inner value '" + value.name() + "' is also read by " + use.node());
      }
    }
  }

  /** Removes the nodes, whose end nobody may read any more, and the constants only they read. */
  void remove(Scope scope) {
    steps.reversed().forEach(step -> Unread.remove(step, scope));
  }

  /** Their operators. */
  @Override
  public String toString() {
    return steps.stream().map(Node::opType).collect(Collectors.joining(", "));
  }
}
