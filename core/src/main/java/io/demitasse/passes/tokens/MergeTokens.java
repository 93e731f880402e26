package io.demitasse.passes.tokens;

import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.ops.Op;
import io.demitasse.ops.ShapeInference;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Option;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.passes.tokens.TokenMerge.Tokens;
import io.demitasse.passes.tokens.TokenWalk.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Merges tokens of a vision transformer that are alike, block by block, so that each block has
 * fewer to work on than the one before (Bolya, Fu, Dai, Zhang, Feichtenhofer, Hoffman, "Token
 * Merging: Your ViT But Faster", ICLR 2023).
 *
 * <pre>
 *   x [B,257,384] ─ attention ─ Add [B,257,384] ─ feed-forward ─ Add ─ attention ─ ...
 *
 *   becomes
 *
 *   x [B,257,384] ─ attention ─ Add ─┬─ vectors ─ merge ─ [B,243,384] ─ feed-forward ─ ...
 *                       └─── keys ───┘                └── sizes [B,243,1] ─ Log ─ added to the
 *                                                         scores of the attention of later blocks
 * </pre>
 *
 * <p>Tokens are compared by the mean of their keys over all heads. A merged token is the mean of
 * those that it stands for, and is looked at as if it still were all of them: the logarithm of
 * their number is added to what others find of it. The first tokens, such as that of the class,
 * stay what they are; a mean over all tokens at the end counts each by its size. Batches stay open,
 * and how many tokens there are is the same for every picture, so that all other sizes stay known.
 *
 * <p>Where something tells tokens apart behind the first merge, such as a position bias in every
 * block, or where the model gives something for each token, nothing changes and the reason is told;
 * {@code restore} gives each token the vector of its group behind the last block, so that maps and
 * decoders go on working.
 */
@PassInfo(
    summary = "Merge tokens of a vision transformer that are alike",
    effect = PassInfo.Effect.LOSSY,
    minimumOpset = 13)
public record MergeTokens(
    @Option(
            doc = "The share of tokens that is left behind the last block that merges",
            value = "0.5",
            search = {"0.75", "0.6", "0.5", "0.35"})
        double ratio,
    @Option(
            doc = "How many tokens go in each block; 0 for what ratio says, spread evenly",
            value = "0",
            unit = "tokens")
        int perBlock,
    @Option(
            doc = "Blocks that merge, counted from 1, such as 4 or 2-10; all where none is named",
            value = "")
        List<String> blocks,
    @Option(doc = "The first tokens that stay what they are, as that of the class", value = "1")
        int kept,
    @Option(
            doc = "What tokens are compared by; features where a block's keys are not found",
            value = "keys")
        Similarity by,
    @Option(doc = "Let attention count a merged token as often as it stands for", value = "true")
        boolean proportional,
    @Option(doc = "Give each token the vector of its group behind the last block", value = "false")
        boolean restore)
    implements ModelPass {
  private static final String SCOPE = "merge_tokens";

  /** What tokens are compared by. */
  public enum Similarity {
    /** What queries look for in them, the mean over all heads. */
    KEYS,
    /** Their vectors themselves. */
    FEATURES
  }

  public MergeTokens {
    if (!(ratio > 0 && ratio <= 1)) {
      throw new IllegalArgumentException("ratio must be above 0 and at most 1, got " + ratio);
    }
    require(perBlock, "per-block");
    require(kept, "kept");
    blocks = new BlockNumbers(blocks).texts();
  }

  /**
   * Whether a model has blocks in which tokens could be merged, unless something speaks against.
   */
  public static boolean findsTokens(Model model) {
    return AttentionSite.of(model.graph(), ShapeInference.proved(model)).size() > 1;
  }

  private static void require(int value, String name) {
    if (value < 0) {
      throw new IllegalArgumentException(name + " must not be negative, got " + value);
    }
  }

  @Override
  public void apply(Model model, PassContext context) {
    if (TokenNodes.areIn(model.graph(), SCOPE)) {
      context.skipped("its tokens are merged already");
      return;
    }
    List<AttentionSite> sites = AttentionSite.of(model.graph(), context.shapes());
    if (sites.isEmpty()) {
      context.skipped("no attention is found over tokens whose number is the same in every run");
    }
    for (List<AttentionSite> alike : AttentionSite.alike(sites)) {
      List<Value> cuts = cuts(model, alike, context);
      while (!cuts.isEmpty()) {
        cuts = merged(model, context, alike, cuts);
      }
    }
  }

  private List<Value> cuts(Model model, List<AttentionSite> sites, PassContext context) {
    BlockNumbers numbers = new BlockNumbers(blocks);
    List<Value> cuts = new ArrayList<>();
    for (int i = 0; i < sites.size(); i++) {
      Value sum = sites.get(i).sum();
      Node producer = Objects.requireNonNull(sum.producer());
      if (numbers.contains(i + 1) && context.selects(producer) && SkipSum.canBeParted(sum, model)) {
        cuts.add(sum);
      }
    }
    return cuts;
  }

  /** Merges in one stream; gives the cuts of others that are left. */
  private List<Value> merged(
      Model model, PassContext context, List<AttentionSite> sites, List<Value> cuts) {
    TokenStream stream = TokenStream.of(model, context, kept, cuts, restore).orElse(null);
    if (stream == null) {
      return List.of();
    }
    List<AttentionSite> reached =
        sites.stream().filter(site -> stream.walk().reached().contains(site.sum())).toList();
    int tokens = sites.getFirst().tokens();
    MergeSchedule schedule = MergeSchedule.of(this, tokens, reached.size());
    if (schedule.isIdle()) {
      context.skipped(
          Objects.requireNonNull(cuts.getFirst().producer()), "none of its tokens is to go");
    } else {
      List<@Nullable Value> sizes = merge(model, context, stream, reached, schedule);
      stream.weigh(SCOPE, sizes, schedule);
      if (proportional) {
        count(model, context, stream, sites, sizes);
      }
      TokenNodes.removeUnread(model.graph(), SCOPE);
      stream.follow(schedule.counts());
    }
    return cuts.stream().filter(cut -> !stream.walk().reached().contains(cut)).toList();
  }

  /** Gives how many tokens each one stands for behind each cut; null where each is one. */
  private List<@Nullable Value> merge(
      Model model,
      PassContext context,
      TokenStream stream,
      List<AttentionSite> sites,
      MergeSchedule schedule) {
    List<@Nullable Value> sizes = new ArrayList<>();
    Tokens last = new Tokens(sites.getFirst().sum(), null, null);
    for (int i = 0; i < sites.size(); i++) {
      AttentionSite site = sites.get(i);
      if (schedule.merged(i) > 0) {
        Value sum = SkipSum.parted(site.sum());
        Node producer = Objects.requireNonNull(sum.producer());
        TokenNodes nodes = TokenNodes.behind(producer, model, SCOPE + "." + sum.name());
        List<Value.Use> readers = List.copyOf(sum.uses());
        Value columns = columns(nodes, sum, site.keys());
        TokenMerge merge = new TokenMerge(nodes, schedule.before(i), kept, schedule.merged(i));
        last = merge.merge(new Tokens(sum, last.sizes(), last.places()), columns);
        TokenStream.reroute(readers, last.vectors());
        context.changed(producer, schedule.told(i));
      }
      sizes.add(last.sizes());
    }
    restore(model, context, stream, last.places());
    return sizes;
  }

  private static void restore(
      Model model, PassContext context, TokenStream stream, @Nullable Value places) {
    Value last = stream.end();
    if (last != null && places != null) {
      Value end = SkipSum.parted(last);
      List<Value.Use> readers = List.copyOf(end.uses());
      Node producer = Objects.requireNonNull(end.producer());
      TokenNodes nodes = TokenNodes.behind(producer, model, SCOPE + ".restored");
      TokenStream.reroute(readers, nodes.vectors("vectors", end, places));
      context.changed(producer, "its tokens go back to their places");
    }
  }

  /** What tokens are compared by, {@code [batch, features, tokens]}. */
  private Value columns(TokenNodes nodes, Value sum, @Nullable Value keys) {
    return keys == null || by == Similarity.FEATURES
        ? nodes.transposed("features", sum, 0, 2, 1)
        : nodes.reduced(Op.REDUCE_MEAN, "keys", keys, 1, false);
  }

  /** Adds the logarithm of sizes to what tokens find of each other, wherever that is told. */
  private static void count(
      Model model,
      PassContext context,
      TokenStream stream,
      List<AttentionSite> sites,
      List<@Nullable Value> sizes) {
    for (Node node : model.graph().nodes()) {
      State state = Op.SOFTMAX.is(node) ? stream.walk().state(node.requiredInput(0)) : null;
      Value size = state == null ? null : sizes.get(state.cut() - 1);
      boolean isAttention = sites.stream().anyMatch(site -> site.shares() == node.output());
      if (size != null && isAttention && context.selects(node)) {
        TokenNodes nodes = TokenNodes.before(node, model, SCOPE + "." + node.output().name());
        Value logarithm = nodes.op(Op.LOG, "log", nodes.transposed("sizes", size, 0, 2, 1));
        Value bias = nodes.unsqueezed("bias", logarithm, 1);
        node.input(0, nodes.op(Op.ADD, "counted", node.requiredInput(0), bias));
        context.changed(node, "counts tokens by their sizes");
      } else if (size != null) {
        context.skipped(node, "what it shares out is not seen to be attention over all tokens");
      }
    }
  }
}
