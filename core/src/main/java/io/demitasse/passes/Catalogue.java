package io.demitasse.passes;

import io.demitasse.error.DemitasseException;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassDeclaration;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.PassProvider;
import io.demitasse.passes.clean.FoldConstants;
import io.demitasse.passes.clean.FoldShapes;
import io.demitasse.passes.clean.HoistConstants;
import io.demitasse.passes.clean.MergeDuplicates;
import io.demitasse.passes.clean.RemoveDeadNodes;
import io.demitasse.passes.clean.RemoveIdentities;
import io.demitasse.passes.clean.ShareWeights;
import io.demitasse.passes.clean.UpgradeOpset;
import io.demitasse.passes.factorize.Factorize;
import io.demitasse.passes.factorize.FactorizeAttention;
import io.demitasse.passes.factorize.MergeFactors;
import io.demitasse.passes.fuse.FuseAffine;
import io.demitasse.passes.fuse.FuseBatchNorm;
import io.demitasse.passes.fuse.FuseGelu;
import io.demitasse.passes.fuse.FuseHardSigmoid;
import io.demitasse.passes.fuse.FuseLayerNorm;
import io.demitasse.passes.fuse.FuseLinearConvolutions;
import io.demitasse.passes.fuse.FuseMatMulAdd;
import io.demitasse.passes.fuse.FusePad;
import io.demitasse.passes.fuse.FuseResidualGate;
import io.demitasse.passes.fuse.FuseSkipLayerNorm;
import io.demitasse.passes.fuse.PushAffineForward;
import io.demitasse.passes.prune.PruneChannels;
import io.demitasse.passes.prune.PruneTied;
import io.demitasse.passes.prune.PruneWeights;
import io.demitasse.passes.prune.RemoveBlocks;
import io.demitasse.passes.prune.Restore;
import io.demitasse.passes.prune.ShrinkKernels;
import io.demitasse.passes.prune.TrimVocabulary;
import io.demitasse.passes.quantize.QuantizeDynamic;
import io.demitasse.passes.quantize.QuantizeStatic;
import io.demitasse.passes.quantize.QuantizeWeights;
import io.demitasse.passes.quantize.SmoothActivations;
import io.demitasse.passes.tokens.MergeTokens;
import io.demitasse.passes.tokens.SelectTokens;
import io.demitasse.passes.tune.AddLora;
import io.demitasse.passes.tune.Distill;
import io.demitasse.passes.tune.FineTune;
import io.demitasse.passes.tune.MergeLora;
import io.demitasse.passes.tune.Reconstruct;
import io.demitasse.passes.tune.SelfSupervise;
import io.demitasse.passes.tune.Sparsify;
import io.demitasse.passes.tune.SplitWeights;
import io.demitasse.passes.tune.TrainQuantized;
import io.demitasse.provider.Providers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Every pass there is: those of Demitasse, which are listed here, and those that others bring by
 * {@link PassProvider}.
 */
public final class Catalogue {

  /** The passes of Demitasse; keep sorted within each family. */
  public static final List<Class<? extends Pass>> PASSES =
      List.of(
          // clean
          FoldConstants.class,
          FoldShapes.class,
          HoistConstants.class,
          MergeDuplicates.class,
          RemoveDeadNodes.class,
          RemoveIdentities.class,
          ShareWeights.class,
          UpgradeOpset.class,
          // fuse
          PushAffineForward.class,
          FuseAffine.class,
          FuseBatchNorm.class,
          FuseGelu.class,
          FuseHardSigmoid.class,
          FuseLayerNorm.class,
          FuseLinearConvolutions.class,
          FuseMatMulAdd.class,
          FusePad.class,
          FuseResidualGate.class,
          FuseSkipLayerNorm.class,
          // factorize
          Factorize.class,
          FactorizeAttention.class,
          MergeFactors.class,
          // prune
          PruneChannels.class,
          PruneTied.class,
          PruneWeights.class,
          RemoveBlocks.class,
          Restore.class,
          ShrinkKernels.class,
          TrimVocabulary.class,
          // quantize
          QuantizeDynamic.class,
          QuantizeStatic.class,
          QuantizeWeights.class,
          SmoothActivations.class,
          // tokens
          MergeTokens.class,
          SelectTokens.class,
          // tune
          AddLora.class,
          Distill.class,
          FineTune.class,
          MergeLora.class,
          Reconstruct.class,
          SelfSupervise.class,
          Sparsify.class,
          SplitWeights.class,
          TrainQuantized.class);

  /** Keys that recipes of earlier versions have, by the present one. */
  private static final Map<String, String> FORMER = Map.of("carry-affine", "push-affine-forward");

  private Catalogue() {}

  /**
   * All passes by recipe key: ours, then those that others bring, in the order of the class path.
   *
   * @throws DemitasseException (bad request) when another's is none, or has a key that is taken
   */
  public static Map<String, Class<? extends Pass>> all() {
    Map<String, Class<? extends Pass>> all = new LinkedHashMap<>();
    PASSES.forEach(pass -> all.put(PassOptions.name(pass), pass));
    for (PassProvider provider : Providers.of(PassProvider.class)) {
      for (Class<? extends Pass> pass : provider.passes()) {
        require(pass, provider);
        String key = PassOptions.name(pass);
        Class<? extends Pass> first = all.putIfAbsent(FORMER.getOrDefault(key, key), pass);
        if (first != null) {
          throw Providers.taken("passes", key, first, pass);
        }
      }
    }
    return all;
  }

  private static void require(Class<?> pass, PassProvider provider) {
    List<String> problems = PassDeclaration.problems(pass);
    if (!problems.isEmpty()) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "%s, which %s brings, is no pass: %s. Correct it, or take its jar off the class"
                  + " path.",
              pass.getName(),
              provider.getClass().getName(),
              String.join("; ", problems)));
    }
  }

  /** Whether a pass is one of Demitasse. */
  public static boolean isOurs(Class<? extends Pass> pass) {
    return PASSES.contains(pass);
  }

  /** The pass with a recipe key, or one that it had in an earlier version. */
  public static Optional<Class<? extends Pass>> find(String name) {
    return Optional.ofNullable(all().get(FORMER.getOrDefault(name, name)));
  }
}
