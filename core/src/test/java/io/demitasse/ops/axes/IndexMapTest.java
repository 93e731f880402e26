package io.demitasse.ops.axes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.ops.axes.IndexMap.Blocks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Index maps are relations, in whatever form they are kept. */
class IndexMapTest {

  @Test
  void eachFormGathersWhatBelongsToIndices() {
    assertThat(IndexMap.same(4).gather(3, 0, 3)).containsExactly(0, 3);
    assertThat(IndexMap.same(IndexMap.OPEN).gather(70, 7)).containsExactly(7, 70);
    assertThat(IndexMap.offset(5, 4, 1, 2, 2).gather(0, 1, 2, 3)).containsExactly(2, 3);
    assertThat(IndexMap.blocks(3, Blocks.SINGLE, Blocks.of(2)).gather(0, 2))
        .containsExactly(0, 1, 4, 5);
    assertThat(IndexMap.blocks(3, Blocks.SINGLE, Blocks.repeated(2)).gather(0, 2))
        .containsExactly(0, 2, 3, 5);
    assertThat(IndexMap.blocks(2, Blocks.of(3), Blocks.of(2)).gather(4)).containsExactly(2, 3);
    assertThat(IndexMap.blocks(2, new Blocks(2, 2), Blocks.SINGLE).gather(2, 7)).containsExactly(1);
    assertThat(IndexMap.permuted(2, 0, 1).gather(0, 1)).containsExactly(0, 2);
    assertThat(IndexMap.picked(5, 4, 4, 1).gather(0, 1)).containsExactly(4);
    assertThat(IndexMap.same(4).gather()).isEmpty();
  }

  @Test
  void whatIsNoIndexIsRefused() {
    for (IndexMap map : maps(4, new Random(1))) {
      assertThatThrownBy(() -> map.gather(map.size()))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> map.gather(-1)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void whatIsNoMapIsRefused() {
    assertThatThrownBy(() -> IndexMap.same(-2)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> IndexMap.offset(3, 4, 1, 0, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> IndexMap.offset(3, 4, 0, 2, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> IndexMap.permuted(0, 2)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> IndexMap.picked(3, 3)).isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> IndexMap.blocks(0, Blocks.SINGLE, Blocks.of(2)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Blocks(0, 1)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> IndexMap.blocks(1 << 20, Blocks.of(1 << 20), Blocks.SINGLE))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void mapsOfOtherSizesAreNotComposed() {
    assertThatThrownBy(() -> IndexMap.same(3).then(IndexMap.permuted(1, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a map from 3 sources cannot be followed by one of 2");
    assertThatThrownBy(() -> IndexMap.same(3).and(IndexMap.permuted(1, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a map of 3 from 3 cannot meet one of 2 from 2");
  }

  @Test
  void anInverseRelatesTheOtherWay() {
    for (IndexMap map : maps(12, new Random(2))) {
      IndexMap inverse = map.inverse();
      boolean[][] related = related(map);
      boolean[][] back = related(inverse);
      for (int i = 0; i < map.size(); i++) {
        for (int j = 0; j < map.sources(); j++) {
          assertThat(back[j][i]).as("%s at %d, %d", map, i, j).isEqualTo(related[i][j]);
        }
      }
      assertThat(related(inverse.inverse())).isDeepEqualTo(related);
    }
  }

  @Test
  void aCompositionRelatesOverWhatLiesBetween() {
    Random random = new Random(3);
    for (IndexMap first : maps(12, random)) {
      for (IndexMap second : maps(first.sources(), random)) {
        if (second.size() == first.sources()) {
          IndexMap both = first.then(second);
          assertThat(related(both))
              .as("%s then %s", first, second)
              .isDeepEqualTo(product(related(first), related(second)));
          assertThat(related(both.inverse()))
              .isDeepEqualTo(related(second.inverse().then(first.inverse())));
        }
      }
    }
  }

  @Test
  void aMeetingRelatesByBoth() {
    Random random = new Random(4);
    List<IndexMap> all = maps(12, random);
    for (IndexMap one : all) {
      for (IndexMap other : all) {
        if (one.size() == other.size() && one.sources() == other.sources()) {
          boolean[][] both = related(one.and(other));
          for (int i = 0; i < one.size(); i++) {
            for (int j = 0; j < one.sources(); j++) {
              assertThat(both[i][j]).isEqualTo(related(one)[i][j] && related(other)[i][j]);
            }
          }
        }
      }
    }
  }

  @Test
  void theSameIsNeutralAndKnown() {
    for (IndexMap map : maps(12, new Random(5))) {
      assertThat(IndexMap.same(map.size()).then(map)).isEqualTo(map);
      assertThat(map.then(IndexMap.same(map.sources()))).isEqualTo(map);
    }
    IndexMap order = IndexMap.permuted(2, 0, 1);
    assertThat(order.then(order.inverse()).isSame()).isTrue();
    assertThat(IndexMap.blocks(3, Blocks.SINGLE, Blocks.SINGLE).isSame()).isTrue();
    assertThat(IndexMap.offset(3, 3, 0, 0, 3).isSame()).isTrue();
    assertThat(IndexMap.offset(4, 3, 0, 0, 3).isSame()).isFalse();
    assertThat(IndexMap.same(IndexMap.OPEN).then(IndexMap.same(3)).size()).isEqualTo(3);
  }

  /**
   * Channels are split into two axes, which are transposed and merged: each alone says too much.
   */
  @Test
  void aShuffleIsWhatBothWaysSay() {
    IndexMap outer = IndexMap.blocks(2, Blocks.SINGLE, Blocks.of(3));
    IndexMap inner = IndexMap.blocks(3, Blocks.SINGLE, Blocks.repeated(2));
    IndexMap toOuter = IndexMap.blocks(2, Blocks.repeated(3), Blocks.SINGLE);
    IndexMap toInner = IndexMap.blocks(3, Blocks.of(2), Blocks.SINGLE);

    assertThat(toOuter.then(outer).gather(1)).containsExactly(3, 4, 5);
    assertThat(toInner.then(inner).gather(1)).containsExactly(0, 3);
    assertThat(toOuter.then(outer).and(toInner.then(inner)))
        .isEqualTo(IndexMap.permuted(0, 3, 1, 4, 2, 5));
  }

  @Test
  void blocksAndRunsStayClosed() {
    IndexMap heads = IndexMap.blocks(12, Blocks.SINGLE, Blocks.of(64));
    IndexMap halves = IndexMap.blocks(2, Blocks.SINGLE, Blocks.of(6));
    assertThat(halves.then(heads)).isEqualTo(IndexMap.blocks(2, Blocks.SINGLE, Blocks.of(6 * 64)));
    assertThat(IndexMap.offset(5, 9, 0, 2, 5).then(IndexMap.offset(9, 4, 3, 0, 4)))
        .isEqualTo(IndexMap.offset(5, 4, 1, 0, 4));
  }

  /** Maps of every form from a size, with sources of several sizes. */
  private static List<IndexMap> maps(int size, Random random) {
    List<IndexMap> maps = new ArrayList<>(List.of(IndexMap.same(size)));
    for (int sources : new int[] {size, 6, 12, 24}) {
      int count = random.nextInt(Math.min(size, sources) + 1);
      maps.add(
          IndexMap.offset(
              size,
              sources,
              random.nextInt(size - count + 1),
              random.nextInt(sources - count + 1),
              count));
      maps.add(IndexMap.picked(sources, random.ints(size, 0, sources).toArray()));
    }
    for (int blocks = 1; blocks <= size; blocks++) {
      if (size % blocks == 0) {
        int rest = size / blocks;
        for (Blocks source :
            List.of(Blocks.SINGLE, Blocks.of(2), Blocks.repeated(3), new Blocks(2, 2))) {
          maps.add(IndexMap.blocks(blocks, Blocks.of(rest), source));
          maps.add(IndexMap.blocks(blocks, Blocks.repeated(rest), source));
          if (rest % 2 == 0) {
            maps.add(IndexMap.blocks(blocks, new Blocks(2, rest / 2), source));
          }
        }
      }
    }
    return maps;
  }

  private static boolean[][] related(IndexMap map) {
    boolean[][] related = new boolean[map.size()][map.sources()];
    for (int i = 0; i < map.size(); i++) {
      for (int j : map.gather(i)) {
        related[i][j] = true;
      }
    }
    int[] all = IntStream.range(0, map.size()).toArray();
    int[] gathered = map.gather(all);
    assertThat(gathered).isSorted().doesNotHaveDuplicates();
    assertThat(gathered)
        .containsExactly(
            IntStream.range(0, map.sources())
                .filter(j -> Arrays.stream(related).anyMatch(row -> row[j]))
                .toArray());
    return related;
  }

  private static boolean[][] product(boolean[][] one, boolean[][] other) {
    boolean[][] product = new boolean[one.length][other.length == 0 ? 0 : other[0].length];
    for (int i = 0; i < one.length; i++) {
      for (int k = 0; k < other.length; k++) {
        for (int j = 0; one[i][k] && j < other[k].length; j++) {
          product[i][j] |= other[k][j];
        }
      }
    }
    return product;
  }
}
