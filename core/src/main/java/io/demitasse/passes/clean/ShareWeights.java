package io.demitasse.passes.clean;

import io.demitasse.ir.Bundle;
import io.demitasse.ir.Node;
import io.demitasse.pass.BundlePass;
import io.demitasse.pass.PassContext;
import io.demitasse.pass.PassInfo;
import io.demitasse.port.ModelFormat;
import java.util.Map;

/**
 * Makes equal weights of several parts one, so that a folder holds them once.
 *
 * <pre>
 *   decoder.onnx            W1, a                       decoder.onnx            a
 *   decoder_with_past.onnx  W2, b     becomes           decoder_with_past.onnx  b
 *                           (W1 = W2)                   shared.data             W1
 * </pre>
 *
 * Weights are equal when type, sizes and every bit are. Only initializers of the main graph can lie
 * outside a model file, and smaller ones than 1 KiB stay in it. Models in different folders keep
 * their own: none refers to what lies outside its folder.
 */
@PassInfo(
    summary = "Store equal weights of several parts once, in one file beside them",
    effect = PassInfo.Effect.EXACT)
public record ShareWeights() implements BundlePass {

  @Override
  public void apply(Bundle bundle, Map<String, PassContext> contexts) {
    if (contexts.size() < 2) {
      return;
    }
    contexts.values().forEach(ShareWeights::tellOfConstants);
    CommonWeights weights = new CommonWeights();
    contexts.keySet().forEach(part -> weights.add(part, bundle.part(part)));
    weights
        .unite()
        .forEach(
            (part, united) -> {
              PassContext context = contexts.get(part);
              if (context != null) {
                context.changed(united.text());
              }
            });
  }

  private static void tellOfConstants(PassContext context) {
    for (Node node : context.nodes()) {
      if (node.is("Constant")
          && node.output()
              .constant()
              .filter(tensor -> tensor.byteSize() >= ModelFormat.SHARED_FROM_BYTES)
              .isPresent()) {
        context.skipped(node, "only initializers can be shared: hoist-constants makes it one");
      }
    }
  }
}
