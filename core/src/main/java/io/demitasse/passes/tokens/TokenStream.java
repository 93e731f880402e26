package io.demitasse.passes.tokens;

import io.demitasse.ir.Dim;
import io.demitasse.ir.Graph;
import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import io.demitasse.ir.ValueType;
import io.demitasse.ops.Op;
import io.demitasse.ops.TensorFacts;
import io.demitasse.pass.PassContext;
import io.demitasse.passes.tokens.TokenWalk.Mean;
import io.demitasse.passes.tokens.TokenWalk.Problem;
import io.demitasse.passes.tokens.TokenWalk.State;
import io.demitasse.passes.tokens.TokenWalk.View;
import io.demitasse.rewrite.Unread;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A stream of tokens of which there can be fewer behind some cuts, and what has to follow. */
final class TokenStream {
  private final Model model;
  private final PassContext context;
  private final TokenWalk walk;
  private final @Nullable Value end;

  private TokenStream(Model model, PassContext context, TokenWalk walk, @Nullable Value end) {
    this.model = model;
    this.context = context;
    this.walk = walk;
    this.end = end;
  }

  /**
   * The stream that goes through the first of some cuts.
   *
   * @param kept how many of the first tokens stay what they are
   * @param restored whether there are as many tokens as before behind the last sum of the stream
   * @return empty where the number of tokens cannot change, for a reason that is told
   */
  static Optional<TokenStream> of(
      Model model, PassContext context, int kept, List<Value> cuts, boolean restored) {
    Graph graph = model.graph();
    TokenWalk walk = TokenWalk.of(graph, context.shapes(), kept, cuts, null);
    Value end = restored ? walk.last().orElse(null) : null;
    if (end != null && (end.isOutput() || cuts.contains(end))) {
      context.skipped(
          Objects.requireNonNull(end.producer()),
          end.isOutput()
              ? "output '" + end.name() + "' is the end of the stream itself"
              : "nothing comes behind it that fewer tokens would make faster");
      return Optional.empty();
    }
    if (end != null) {
      walk = TokenWalk.of(graph, context.shapes(), kept, cuts, end);
    }
    TokenStream stream = new TokenStream(model, context, walk, end);
    Problem problem = stream.problem().orElse(null);
    if (problem != null) {
      context.skipped(
          problem.node(), "the number of tokens cannot change in front of it: " + problem.reason());
      return Optional.empty();
    }
    return Optional.of(stream);
  }

  private Optional<Problem> problem() {
    return walk.problems().stream()
        .findFirst()
        .or(() -> walk.views().stream().flatMap(view -> problem(view).stream()).findFirst());
  }

  /** A view is told sizes, of which one may be left to be found out. */
  private Optional<Problem> problem(View view) {
    if (!context.selects(view.node())) {
      return Optional.of(
          new Problem(view.node(), "it may be told their number, and is not selected"));
    }
    long open = view.shape().dims().stream().filter(dim -> !(dim instanceof Dim.Fixed)).count();
    return open > 1
        ? Optional.of(new Problem(view.node(), "of what it gives more than one size varies"))
        : Optional.empty();
  }

  TokenWalk walk() {
    return walk;
  }

  /** The last sum, behind which there are as many tokens as before; null where there is none. */
  @Nullable Value end() {
    return end;
  }

  /**
   * Lets all that read a value read another one.
   *
   * @param readers of the value, before the other one was made of it
   */
  static void reroute(List<Value.Use> readers, Value other) {
    readers.forEach(use -> use.node().input(use.index(), other));
  }

  /**
   * Brings to the new numbers what was told the old ones.
   *
   * @param counts how many tokens there are behind each cut, in order
   */
  void follow(List<Integer> counts) {
    for (Value value : walk.values()) {
      if (value.type() instanceof ValueType.OfTensor type) {
        value.type(new ValueType.OfTensor(type.dataType(), null));
      }
    }
    walk.views().forEach(view -> follow(view, counts.get(view.state().cut() - 1)));
  }

  /** What a Reshape gives has as many tokens as there are now. */
  private void follow(View view, int count) {
    Node node = view.node();
    long tokens = count - (long) view.state().dropped();
    Value target = node.requiredInput(1);
    double[] told = context.shapes().of(target).map(TensorFacts::numbers).orElse(null);
    boolean follows =
        told != null
            && view.state().axes().stream()
                .allMatch(axis -> told[axis] == 0 || told[axis] == -1 || told[axis] == tokens);
    if (!follows) {
      long[] sizes = new long[view.shape().rank()];
      for (int axis = 0; axis < sizes.length; axis++) {
        boolean isTokens = view.state().axes().contains(axis);
        sizes[axis] =
            isTokens ? tokens : view.shape().dim(axis) instanceof Dim.Fixed(long size) ? size : -1;
      }
      Graph graph = model.graph();
      Tensor tensor = Tensor.ofLongs(new long[] {sizes.length}, sizes);
      node.input(1, graph.addInitializer(graph.freeName(target.name() + "_fewer"), tensor));
      Unread.remove(target, context);
      context.changed(node, "gives " + tokens + " tokens");
    }
  }

  /**
   * Takes means over all tokens of before.
   *
   * @param scope what names of nodes begin with
   * @param sizes how many each token stands for behind each cut, in order; null where each is one
   */
  void weigh(String scope, List<@Nullable Value> sizes, MergeSchedule schedule) {
    for (Mean mean : walk.means()) {
      State state = mean.state();
      Value size = sizes.get(state.cut() - 1);
      if (size != null) {
        int dropped = state.dropped();
        float left = schedule.counts().get(state.cut() - 1) - dropped;
        weigh(scope, mean.node(), dropped, size, left / (schedule.tokens() - dropped));
      }
    }
  }

  private void weigh(String scope, Node mean, int dropped, Value sizes, float share) {
    TokenNodes nodes = TokenNodes.before(mean, model, scope + "." + mean.output().name());
    Value own = dropped == 0 ? sizes : nodes.slice("sizes", sizes, 1, dropped, Long.MAX_VALUE, 1);
    Value weights = nodes.op(Op.MUL, "weights", own, nodes.numbers("share", new long[0], share));
    mean.input(0, nodes.op(Op.MUL, "weighted", mean.requiredInput(0), weights));
    context.changed(mean, "weighs tokens by their sizes");
  }
}
