package io.demitasse.app.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

final class TableTest {
  private final Console console =
      Console.plain(new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()));

  @Test
  void alignsWordsToTheLeftAndNumbersToTheRight() {
    Table table =
        new Table()
            .left("operator")
            .right("nodes")
            .left("")
            .row("Add", "1,024", "ok")
            .row("If", "7", "");

    assertThat(table.lines(console))
        .containsExactly("  operator  nodes", "  Add       1,024  ok", "  If            7");
  }

  @Test
  void hasNoLineOfHeadingsWhereAllAreEmpty() {
    assertThat(new Table().left("").left("").row("a", "b").lines(console))
        .containsExactly("  a  b");
  }

  @Test
  void cutsWhatDoesNotFit() {
    Table table = new Table().left("name").left("more").row("a long name", "日本語");

    assertThat(table.width()).isEqualTo(2 + 11 + 2 + 6);
    assertThat(table.within(21).lines(console)).last().isEqualTo("  a long name  日本語");
    assertThat(table.within(20).lines(console)).last().isEqualTo("  a long name  日本…");
  }

  @Test
  void aTextTakesAsManyRowsAsItNeeds() {
    Table table = new Table().left("").left("").text("be surer", "give more and better data", 9);

    assertThat(table.lines(console))
        .containsExactly(
            "  be surer  give more", "            and", "            better", "            data");
    assertThat(new Table().left("").left("").text("be surer", "", 9).lines(console)).hasSize(1);
  }

  @Test
  void whatIsCopiedIsWholeHoweverLong() {
    String address = "file:///" + "a".repeat(400);

    assertThat(new Table().left("").whole().row(address).lines(console))
        .containsExactly("  " + address);
    assertThat(new Table().left("").row(address).lines(console).getFirst()).contains("...");
  }

  @Test
  void refusesARowOfAnotherWidth() {
    Table table = new Table().left("one");

    assertThatThrownBy(() -> table.row("a", "b")).hasMessage("a row needs 1 cells, got 2");
  }
}
