package io.demitasse.affine;

import io.demitasse.ir.Node;
import io.demitasse.ops.Op;
import io.demitasse.ops.axes.Axis;
import io.demitasse.ops.axes.AxisMap;
import io.demitasse.ops.axes.IndexMap;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What becomes of factors where attention divides channels into heads, adds values up over places,
 * and puts the heads together again.
 *
 * <p>A head is a block of channels that lie behind each other, along an axis of its own. Every
 * other arrangement is refused.
 */
final class DividedChannels {
  private DividedChannels() {}

  /**
   * Factors behind a rearrangement.
   *
   * @throws NotFoldable when the channels are not one axis or two behind it
   */
  static ChannelNumbers moved(PropagationRule rule, Node node, ChannelNumbers numbers) {
    int rank = rule.sizes(node.output()).length;
    List<AxisMap> inside = rule.ways(node, 0, numbers.axis(), 0);
    if (numbers.isDivided()) {
      List<AxisMap> blocks = rule.ways(node, 0, numbers.blockAxis(), 0);
      if (inside.size() == 1 && blocks.size() == 1) {
        return together(rule, node, numbers, blocks.getFirst(), inside.getFirst());
      }
    } else if (inside.size() == 1 && isSame(inside.getFirst(), numbers.numbers().length)) {
      return new ChannelNumbers(numbers.numbers(), inside.getFirst().source().axis() - rank);
    } else if (inside.size() == 2) {
      return divided(rule, node, numbers, inside);
    }
    throw rule.blocked(node);
  }

  /** One axis that becomes two. */
  private static ChannelNumbers divided(
      PropagationRule rule, Node node, ChannelNumbers numbers, List<AxisMap> ways) {
    boolean ordered = ways.get(0).source().axis() < ways.get(1).source().axis();
    AxisMap block = ways.get(ordered ? 0 : 1);
    AxisMap inside = ways.get(ordered ? 1 : 0);
    int size = inside.map().sources();
    boolean holds =
        areOfOneOutput(block, inside)
            && block.map().sources() * size == numbers.numbers().length
            && block.map().size() == numbers.numbers().length
            && IntStream.range(0, numbers.numbers().length)
                .allMatch(
                    channel ->
                        isOnly(block.map(), channel, channel / size)
                            && isOnly(inside.map(), channel, channel % size));
    if (!holds) {
      throw rule.blocked(node);
    }
    int rank = rule.sizes(node.output()).length;
    return new ChannelNumbers(
        numbers.numbers(),
        inside.source().axis() - rank,
        block.source().axis() - rank,
        block.map().sources());
  }

  /** Two axes that stay two, or become one. */
  private static ChannelNumbers together(
      PropagationRule rule, Node node, ChannelNumbers numbers, AxisMap block, AxisMap inside) {
    int rank = rule.sizes(node.output()).length;
    if (isSame(block, numbers.blocks()) && isSame(inside, numbers.inside())) {
      return new ChannelNumbers(
          numbers.numbers(),
          inside.source().axis() - rank,
          block.source().axis() - rank,
          numbers.blocks());
    }
    IndexMap blocks = block.map().inverse();
    IndexMap insides = inside.map().inverse();
    boolean holds =
        areOfOneOutput(block, inside)
            && block.source().equals(inside.source())
            && blocks.size() == numbers.numbers().length
            && insides.size() == blocks.size()
            && IntStream.range(0, blocks.size())
                .allMatch(
                    channel ->
                        isOnly(blocks, channel, channel / numbers.inside())
                            && isOnly(insides, channel, channel % numbers.inside()));
    if (!holds) {
      throw rule.blocked(node);
    }
    return new ChannelNumbers(numbers.numbers(), block.source().axis() - rank);
  }

  private static boolean areOfOneOutput(AxisMap one, AxisMap other) {
    return one.source().isOutput()
        && other.source().isOutput()
        && one.kind() == AxisMap.Kind.CARRIED
        && other.kind() == AxisMap.Kind.CARRIED;
  }

  private static boolean isSame(AxisMap way, int size) {
    return way.kind() == AxisMap.Kind.CARRIED
        && way.source().isOutput()
        && way.map().isSame()
        && way.map().size() == size;
  }

  private static boolean isOnly(IndexMap map, int index, int expected) {
    int[] found = map.gather(index);
    return found.length == 1 && found[0] == expected;
  }

  /**
   * Factors of values that are added up over places, each place weighted by a number that is the
   * same for all channels.
   *
   * @throws NotFoldable when they are added up over channels
   */
  static ChannelNumbers mixed(PropagationRule rule, Node node, int index, ChannelNumbers numbers) {
    int rank = rule.sizes(node.requiredInput(index)).length;
    boolean product = Op.MAT_MUL.is(node);
    boolean apart = numbers.axis() != -2 && (!numbers.isDivided() || numbers.blockAxis() != -2);
    boolean holds =
        product
            ? rank > 1 && apart
            : !numbers.isDivided()
                && numbers.axis() == -1
                && rule.ways(node, index, -1, 0).stream()
                    .allMatch(way -> way.source().equals(Axis.ofOutput(0, rank - 1)))
                && !rule.ways(node, index, -1, 0).isEmpty();
    if (!(holds || numbers.isUniform())) {
      throw rule.blocked(node);
    }
    return numbers;
  }
}
