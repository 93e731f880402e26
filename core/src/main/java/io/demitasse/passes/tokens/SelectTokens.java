package io.demitasse.passes.tokens;

import io.demitasse.ir.Model;
import io.demitasse.ir.Node;
import io.demitasse.ir.Value;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Option;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.passes.tokens.TokenSelection.Selected;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Goes on with the tokens of a vision transformer that matter most, and drops the others.
 *
 * <pre>
 *   x [B,257,384] ─ attention ─ Add ─ feed-forward ─ Add ─ ...
 *
 *   becomes
 *
 *   x [B,257,384] ─ attention ─ Add ─┬─ score ─ TopK ─┐
 *                                    └─────────── GatherND ─ [B,129,384] ─ feed-forward ─ ...
 * </pre>
 *
 * <p>It is done once: between the attention and the feed-forward network of one block, or behind
 * the last block, so that a decoder or what fuses pictures with texts has fewer to read. The tokens
 * that stay are in their order, and positions stay with them, for they were added before. The first
 * tokens, such as that of the class, stay in any case. A mean at the end is one over those that
 * stayed.
 *
 * <p>Where something tells tokens apart behind it, or the model gives something for each, nothing
 * changes and the reason is told; {@code restore} puts them back between the dropped ones, which
 * are as they were when they were dropped, behind the last block.
 */
@PassInfo(
    summary = "Go on with the tokens of a vision transformer that matter most",
    effect = PassInfo.Effect.LOSSY,
    minimumOpset = 13)
public record SelectTokens(
    @Option(
            doc = "The share of tokens that stays, beside the first ones that do in any case",
            value = "0.5",
            search = {"0.75", "0.5", "0.35"})
        double ratio,
    @Option(
            doc = "How many tokens stay beside the first ones; 0 for what ratio says",
            value = "0",
            unit = "tokens")
        int count,
    @Option(
            doc =
                "The block behind whose attention it is done, counted from 1; 0 for the one at a"
                    + " third of the depth",
            value = "0")
        int block,
    @Option(
            doc = "Do it behind the last block, for a decoder or what else reads all tokens",
            value = "false")
        boolean end,
    @Option(doc = "By what it is told which matter most", value = "attention") TokenScore score,
    @Option(doc = "The first tokens that stay in any case, as that of the class", value = "1")
        int kept,
    @Option(doc = "Put the tokens back to their places behind the last block", value = "false")
        boolean restore)
    implements ModelPass {
  private static final String SCOPE = "select_tokens";

  public SelectTokens {
    if (!(ratio > 0 && ratio <= 1)) {
      throw new IllegalArgumentException("ratio must be above 0 and at most 1, got " + ratio);
    }
    require(count, "count");
    require(block, "block");
    require(kept, "kept");
    if (end && (restore || block > 0)) {
      throw new IllegalArgumentException(
          "end goes with neither block nor restore: nothing lies between the place and the end");
    }
    if (score == TokenScore.ATTENTION && kept == 0) {
      throw new IllegalArgumentException(
          "score attention needs a token of the class: kept must be at least 1, or choose norm");
    }
  }

  private static void require(int value, String name) {
    if (value < 0) {
      throw new IllegalArgumentException(name + " must not be negative, got " + value);
    }
  }

  @Override
  public void apply(Model model, PassContext context) {
    if (TokenNodes.areIn(model.graph(), SCOPE)) {
      context.skipped("its tokens are selected already");
      return;
    }
    List<AttentionSite> sites = AttentionSite.of(model.graph(), context.shapes());
    if (sites.isEmpty()) {
      context.skipped("no attention is found over tokens whose number is the same in every run");
    }
    for (List<AttentionSite> alike : AttentionSite.alike(sites)) {
      selectIn(model, context, alike);
    }
  }

  private void selectIn(Model model, PassContext context, List<AttentionSite> sites) {
    if (block > sites.size()) {
      context.skipped("it has " + sites.size() + " blocks, and block is " + block);
      return;
    }
    int chosen = end ? sites.size() : block > 0 ? block : (sites.size() + 2) / 3;
    AttentionSite site = sites.get(chosen - 1);
    Value cut = end ? last(model, context, site) : site.sum();
    Node producer = Objects.requireNonNull(cut.producer());
    int left = count > 0 ? count : (int) Math.round((site.tokens() - kept) * ratio);
    Optional<String> reason = reason(model, site, cut, left);
    if (reason.isPresent()) {
      context.skipped(producer, reason.get());
    } else if (context.selects(producer)) {
      TokenStream.of(model, context, kept, List.of(cut), restore)
          .ifPresent(stream -> select(model, context, stream, site, cut, left));
    }
  }

  private Optional<String> reason(Model model, AttentionSite site, Value cut, int left) {
    int others = site.tokens() - kept;
    if (left >= others) {
      return Optional.of("none of its tokens is to go");
    }
    if (!SkipSum.canBeParted(cut, model)) {
      return Optional.of("what is normalized behind it can be told apart from opset 17 on");
    }
    if (left < 1) {
      return Optional.of("none of its " + Math.max(0, others) + " tokens would stay");
    }
    return score == TokenScore.ATTENTION && site.shares() == null
        ? Optional.of("what its attention shares out is not told; score by norm or diversity")
        : Optional.empty();
  }

  /** The last sum of the stream. */
  private Value last(Model model, PassContext context, AttentionSite site) {
    return TokenWalk.of(model.graph(), context.shapes(), kept, List.of(site.sum()), null)
        .last()
        .orElse(site.sum());
  }

  private void select(
      Model model,
      PassContext context,
      TokenStream stream,
      AttentionSite site,
      Value cut,
      int left) {
    Value sum = SkipSum.parted(cut);
    Node producer = Objects.requireNonNull(sum.producer());
    TokenSelection selection = new TokenSelection(site.tokens(), kept, left);
    List<Value.Use> readers = List.copyOf(sum.uses());
    TokenNodes nodes = TokenNodes.behind(producer, model, SCOPE + "." + sum.name());
    Selected selected = selection.select(nodes, sum, score, site.shares());
    TokenStream.reroute(readers, selected.vectors());
    context.changed(producer, left + " of its " + (site.tokens() - kept) + " tokens stay");
    if (stream.end() != null) {
      Value last = SkipSum.parted(stream.end());
      List<Value.Use> lastReaders = List.copyOf(last.uses());
      Node lastProducer = Objects.requireNonNull(last.producer());
      TokenNodes behind = TokenNodes.behind(lastProducer, model, SCOPE + ".restored");
      TokenStream.reroute(lastReaders, selection.restored(behind, last, selected));
      context.changed(lastProducer, "its tokens go back to their places");
    }
    TokenNodes.removeUnread(model.graph(), SCOPE);
    stream.follow(List.of(kept + left));
  }
}
