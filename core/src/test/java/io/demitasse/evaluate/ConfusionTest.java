package io.demitasse.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ConfusionTest {
  @Test
  void rowsAreWhatSamplesAreAndColumnsWhatTheyAreTakenFor() {
    Confusion confusion =
        Confusion.of(
            List.of(
                new Confusion.Judged(0, 0, 1),
                new Confusion.Judged(0, 0, 0),
                new Confusion.Judged(1, 0, 1)),
            2,
            i -> "class " + i);

    assertThat(confusion.classes()).containsExactly("class 0", "class 1");
    assertThat(confusion.before()).containsExactly(List.of(2, 0), List.of(1, 0));
    assertThat(confusion.after()).containsExactly(List.of(1, 1), List.of(0, 1));
  }

  @Test
  void whatNamesNoClassStandsBehindThem() {
    Confusion confusion =
        Confusion.of(List.of(new Confusion.Judged(1, 1, -1)), 2, Integer::toString);

    assertThat(confusion.classes()).containsExactly("0", "1", "others");
    assertThat(confusion.after().get(1)).containsExactly(0, 0, 1);
    assertThat(confusion.before().get(1)).containsExactly(0, 1, 0);
  }

  @Test
  void ofManyClassesThoseAreShownThatAreMistaken() {
    List<Confusion.Judged> samples = new ArrayList<>();
    IntStream.range(0, 100).forEach(i -> samples.add(new Confusion.Judged(i, i, i)));
    samples.add(new Confusion.Judged(77, 77, 99));

    Confusion confusion = Confusion.of(samples, 100, Integer::toString);

    assertThat(confusion.classes()).hasSize(Confusion.MOST + 1).contains("77", "99", "others");
    int row = confusion.classes().indexOf("77");
    assertThat(confusion.after().get(row).get(confusion.classes().indexOf("99"))).isEqualTo(1);
    assertThat(confusion.after().stream().flatMap(List::stream).mapToInt(i -> i).sum())
        .isEqualTo(101);
    assertThat(confusion.after().getLast().getLast()).isEqualTo(80);
  }
}
