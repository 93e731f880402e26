package io.demitasse.passes;

import io.demitasse.pass.Pass;
import io.demitasse.pass.PassOptions;
import io.demitasse.passes.clean.FoldConstants;
import io.demitasse.passes.clean.FoldShapes;
import io.demitasse.passes.clean.HoistConstants;
import io.demitasse.passes.clean.MergeDuplicates;
import io.demitasse.passes.clean.RemoveDeadNodes;
import io.demitasse.passes.clean.RemoveIdentities;
import io.demitasse.passes.clean.ShareWeights;
import io.demitasse.passes.clean.UpgradeOpset;
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
import io.demitasse.passes.quantize.QuantizeDynamic;
import io.demitasse.passes.quantize.QuantizeStatic;
import io.demitasse.passes.quantize.QuantizeWeights;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Every pass there is, by family and name. A pass that is not listed here does not exist. */
public final class Catalogue {

  /** All passes; keep sorted within each family. */
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
          // quantize
          QuantizeDynamic.class,
          QuantizeStatic.class,
          QuantizeWeights.class);

  /** Keys that recipes of earlier versions have, by the present one. */
  private static final Map<String, String> FORMER = Map.of("carry-affine", "push-affine-forward");

  private Catalogue() {}

  /** The pass with a recipe key, or one that it had in an earlier version. */
  public static Optional<Class<? extends Pass>> find(String name) {
    String key = FORMER.getOrDefault(name, name);
    return PASSES.stream().filter(pass -> PassOptions.name(pass).equals(key)).findFirst();
  }
}
