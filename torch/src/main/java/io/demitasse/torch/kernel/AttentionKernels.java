package io.demitasse.torch.kernel;

import static io.demitasse.torch.kernel.ActivationKernels.scalar;
import static java.util.Map.entry;

import io.demitasse.ops.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.jspecify.annotations.Nullable;

/** Attention and embeddings as ONNX Runtime fuses them. */
final class AttentionKernels {
  private static final double MASKED = -10_000;

  static final Map<Op, Kernel> ALL =
      Map.ofEntries(
          entry(Op.CONTRIB_ATTENTION, Kernel.of(AttentionKernels::packed)),
          entry(Op.CONTRIB_EMBED_LAYER_NORMALIZATION, AttentionKernels::embedded),
          entry(Op.CONTRIB_MULTI_HEAD_ATTENTION, Kernel.of(AttentionKernels::multiHead)));

  private AttentionKernels() {}

  /** Query, key and value come from one product. */
  private static Tensor packed(Call call) {
    refuse(call, call.has(4) || call.flag("do_rotary") || call.outputs() > 1, "a past");
    Tensor all = ProductKernels.product(call, call.in(0), call.in(1));
    Tensor biased = call.has(2) ? all.add(call.in(2)) : all;
    long size = biased.size(2);
    long[] sizes = call.ints("qkv_hidden_sizes").orElse(new long[] {size / 3, size / 3, size / 3});
    Tensor query = torch.narrow(biased, 2, 0, sizes[0]);
    Tensor key = torch.narrow(biased, 2, sizes[0], sizes[1]);
    Tensor value = torch.narrow(biased, 2, sizes[0] + sizes[1], sizes[2]);
    return attended(call, query, key, value, call.find(3), call.find(5));
  }

  private static Tensor multiHead(Call call) {
    boolean threeOfEach =
        call.has(1) && call.has(2) && call.in(0).dim() == 3 && call.in(1).dim() == 3;
    refuse(call, !threeOfEach, "packed inputs");
    refuse(call, call.has(6) || call.has(7) || call.outputs() > 1, "a past");
    Tensor query = call.in(0);
    Tensor key = call.in(1);
    Tensor value = call.in(2);
    if (call.has(3)) {
      Tensor bias = call.in(3);
      query = query.add(torch.narrow(bias, 0, 0, query.size(2)));
      value = value.add(torch.narrow(bias, 0, query.size(2) + key.size(2), value.size(2)));
      key = key.add(torch.narrow(bias, 0, query.size(2), key.size(2)));
    }
    return attended(call, query, key, value, call.find(4), call.find(5));
  }

  private static void refuse(Call call, boolean when, String what) {
    if (when) {
      throw new IllegalArgumentException(
          call.node().opType() + " with " + what + " has no gradient here");
    }
  }

  private static Tensor attended(
      Call call,
      Tensor query,
      Tensor key,
      Tensor value,
      @Nullable Tensor mask,
      @Nullable Tensor bias) {
    long heads = call.integer("num_heads", 1);
    Tensor split = headed(query, heads);
    double scale = call.real("scale", 0);
    double factor = scale == 0 ? 1 / Math.sqrt((double) split.size(3)) : scale;
    Tensor scores =
        ProductKernels.product(call, split, headed(key, heads).transpose(2, 3)).mul(scalar(factor));
    if (mask != null) {
      scores = scores.add(masked(call, mask, key.size(1)));
    }
    if (bias != null) {
      scores = scores.add(bias);
    }
    if (call.flag("unidirectional")) {
      scores = scores.add(causal(scores));
    }
    Tensor mixed = ProductKernels.product(call, torch.softmax(scores, -1), headed(value, heads));
    return mixed.transpose(1, 2).reshape(query.size(0), query.size(1), value.size(2));
  }

  /** {@code [rows, heads, positions, size]}. */
  private static Tensor headed(Tensor x, long heads) {
    return x.reshape(x.size(0), x.size(1), heads, x.size(2) / heads).transpose(1, 2);
  }

  /** What is added to scores: much below 0 where a position does not count. */
  private static Tensor masked(Call call, Tensor mask, long positions) {
    Tensor counts =
        switch (Tensors.rank(mask)) {
          case 1 -> {
            refuse(
                call,
                mask.numel() % 2 == 0 && mask.numel() > call.in(0).size(0),
                "a mask of starts and ends");
            long[] places = java.util.stream.LongStream.range(0, positions).toArray();
            yield torch
                .lt(Tensors.ofLongs(places).unsqueeze(0), mask.unsqueeze(1))
                .reshape(mask.size(0), 1, 1, positions);
          }
          case 2 -> torch.ne(mask, new org.bytedeco.pytorch.Scalar(0L)).unsqueeze(1).unsqueeze(1);
          case 3 -> torch.ne(mask, new org.bytedeco.pytorch.Scalar(0L)).unsqueeze(1);
          default -> torch.ne(mask, new org.bytedeco.pytorch.Scalar(0L));
        };
    ScalarType type = Tensors.kept(io.demitasse.ir.DataType.FLOAT, call.setting().doubles());
    Tensor absent = torch.logical_not(counts).to(type);
    return absent.mul(scalar(call.real("mask_filter_value", MASKED)));
  }

  private static Tensor causal(Tensor scores) {
    long[] sizes = {scores.size(2), scores.size(3)};
    Tensor ones = torch.ones(sizes, Tensors.options(Tensors.type(scores)));
    return torch.triu(ones, sizes[1] - sizes[0] + 1).mul(scalar(MASKED));
  }

  /** The sum of what word, position and segment stand for, normalized. */
  private static List<@Nullable Tensor> embedded(Call call) {
    Tensor words = call.in(0);
    Tensor positions =
        call.has(8)
            ? torch.embedding(call.in(3), call.in(8))
            : torch.narrow(call.in(3), 0, 0, words.size(1)).unsqueeze(0);
    Tensor sum = torch.embedding(call.in(2), words).add(positions);
    if (call.has(1) && call.has(4)) {
      sum = sum.add(torch.embedding(call.in(4), call.in(1)));
    }
    List<@Nullable Tensor> results = new ArrayList<>();
    results.add(
        torch.layer_norm(
            sum,
            new long[] {sum.size(2)},
            new TensorOptional(call.in(5)),
            new TensorOptional(call.in(6)),
            call.real("epsilon", 1e-12),
            false));
    if (call.outputs() > 1) {
      Tensor lengths =
          call.has(7)
              ? call.in(7).sum(new long[] {1}, false, Tensors.noType())
              : Tensors.ofLongs(new long[(int) words.size(0)]);
      results.add(lengths);
    }
    if (call.outputs() > 2) {
      results.add(sum);
    }
    return results;
  }
}
