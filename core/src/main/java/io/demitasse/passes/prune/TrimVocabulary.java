package io.demitasse.passes.prune;

import io.demitasse.data.Vocabulary;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.ValueType;
import io.demitasse.pass.ModelPass;
import io.demitasse.pass.Option;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import java.util.BitSet;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Removes the entries of a vocabulary that the data never use: rows of the table of embeddings, and
 * tokens of the tokenizer beside the model, which is written again with new ids.
 *
 * <pre>
 *   text ── tokenizer of V tokens ── ids [B,S] ── Gather(table [V,H]) ── [B,S,H]
 *
 *   becomes
 *   text ── tokenizer of K tokens ── ids [B,S] ── Gather(table [K,H]) ── [B,S,H]
 * </pre>
 *
 * <p>Texts whose tokens all stay are encoded as before, and the model computes the same for them,
 * bit by bit. A word whose token went is divided into smaller ones that stayed: what stays beside
 * what data use are special tokens, all single characters (with the prefix of a continued word too)
 * and bytes, and, of byte pairs, all that kept tokens are merged from. How often that happens the
 * scores tell, which are computed with the new tokenizer. Ids keep their order.
 *
 * <p>Which tokens data use is counted in the samples to calibrate on, all of them (Abdaoui, Pradel,
 * Sigel, "Load What You Need: Smaller Versions of Multilingual BERT", SustaiNLP 2020, who keep what
 * texts in the wanted languages use). Give many, of the kind that the model will see.
 *
 * <p>Left alone, with the reason: tables that give outputs over the vocabulary too, for scores
 * would compare tokens that are gone; ids that something else reads than a table; tokenizers of
 * other kinds than WordPiece and BPE.
 */
@PassInfo(
    summary = "Remove vocabulary entries that the data never use",
    effect = PassInfo.Effect.LOSSY,
    needsData = true)
public record TrimVocabulary(
    @Option(
            doc = "How often the data have to use a token so that it stays",
            value = "1",
            unit = "times",
            search = {"1", "2", "4"})
        int minimumCount)
    implements ModelPass {
  private static final String KEPT = "kept";

  private static final Map<String, ValueType.OfTensor> FOUND =
      Map.of(KEPT, new ValueType.OfTensor(DataType.INT64, null));

  public TrimVocabulary {
    if (minimumCount < 1) {
      throw new IllegalArgumentException("minimum-count must be at least 1, got " + minimumCount);
    }
  }

  /** Of what is published: a lookup of ids stands before the table until then. */
  @Override
  public boolean changesOnlyWeights() {
    return true;
  }

  @Override
  public void apply(Model model, PassContext context) {
    TokenTables tables = TokenTables.of(model);
    Optional<Vocabulary> vocabulary = context.vocabulary();
    Optional<String> problem =
        tables
            .problem(context)
            .or(
                () ->
                    vocabulary
                        .map(tokens -> tokens.problem().or(() -> tables.unfit(tokens.size())))
                        .orElse(Optional.of("no tokenizer makes tokens for it here")));
    if (problem.isPresent()) {
      context.skipped(problem.get());
      return;
    }
    trim(tables, vocabulary.orElseThrow(), context);
  }

  private void trim(TokenTables tables, Vocabulary vocabulary, PassContext context) {
    Tensor found =
        Objects.requireNonNull(
            context.found("tokens", FOUND, () -> kept(vocabulary, context)).get(KEPT));
    BitSet kept = new KeptTokens(vocabulary).checked(found.toLongs());
    if (kept.cardinality() == tables.rows()) {
      context.skipped("every entry of its vocabulary is used, or has to stay");
      return;
    }
    Optional<String> compared = tables.movedComparison(kept);
    if (compared.isPresent()) {
      context.skipped(compared.get());
      return;
    }
    tables.forEachLookup(
        node ->
            context.changed(
                node,
                String.format(
                    Locale.ROOT,
                    "%,d of %,d entries of the vocabulary go, %,d stay",
                    tables.rows() - kept.cardinality(),
                    tables.rows(),
                    kept.cardinality())));
    context.renumbered(tables.trimmed(kept, vocabulary));
  }

  private Map<String, Tensor> kept(Vocabulary vocabulary, PassContext context) {
    TokenCounts counts = new TokenCounts(vocabulary.size());
    context.readInputs(counts::add);
    BitSet used = counts.atLeast(minimumCount);
    if (used.isEmpty()) {
      throw DemitasseException.badRequest(
          "No token of part '"
              + context.part()
              + "' is used so often as "
              + minimumCount
              + " times: give more texts to calibrate on, or a smaller minimum-count.");
    }
    long[] kept = vocabulary.closed(used).stream().asLongStream().toArray();
    return Map.of(KEPT, Tensor.ofLongs(new long[] {kept.length}, kept));
  }
}
