package io.demitasse.media.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.error.DemitasseException;
import io.demitasse.media.ocr.Box;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PagesTest {
  private static final String BOX = "[[1,2],[30,2],[30,12],[1,12]]";

  @TempDir Path outside;
  private Path folder;

  @BeforeEach
  void prepare() throws IOException {
    folder = Files.createDirectories(outside.resolve("pages"));
    picture(folder.resolve("a.png"));
    picture(outside.resolve("secret.png"));
  }

  @Test
  void aPageHasARowLinesBoxesAndMatches() throws IOException {
    Files.createDirectories(folder.resolve("16px"));
    picture(folder.resolve("16px/b.png"));

    Pages pages =
        read(
            "{\"image\":\"16px/b.png\",\"row\":\"16 px\",\"lines\":["
                + "{\"text\":\"a b\",\"box\":"
                + BOX
                + ",\"match\":\"label\"},{\"text\":\"c\",\"box\":"
                + BOX
                + "}]}",
            "",
            "{\"image\":\"a.png\",\"lines\":[],\"author\":\"me\"}");

    assertThat(pages.pages())
        .containsExactly(
            new Page(
                "16px/b.png",
                folder.resolve("16px/b.png"),
                "16 px",
                List.of(
                    new Page.Line("a b", Box.upright(1, 2, 30, 12), "label"),
                    new Page.Line("c", Box.upright(1, 2, 30, 12), null))),
            new Page("a.png", folder.resolve("a.png"), "pages", List.of()));
    assertThat(pages.loaded().lines())
        .containsExactly("2 samples of " + folder.resolve("pages.jsonl"));
  }

  @Test
  void everythingThatIsWrongIsToldAtOnce() throws IOException {
    assertThatThrownBy(
            () ->
                read(
                    page("a.png", "{\"text\":\"far\",\"box\":[[1,2],[41,2],[41,12],[1,12]]}"),
                    "{\"image\":",
                    "[1]",
                    page("../secret.png", line("a")),
                    page(outside.resolve("secret.png").toString(), line("a")),
                    page("missing.png", line("a")),
                    "{\"lines\":[]}",
                    "{\"image\":\"a.png\",\"row\":7}",
                    page("a.png", "{\"text\":\" \",\"box\":" + BOX + "}"),
                    page("a.png", "{\"text\":\"a\",\"box\":[[1,2],[3,4]],\"match\":3}")))
        .isInstanceOf(DemitasseException.class)
        .hasMessage(
            folder.resolve("pages.jsonl")
                + """
                 is not a valid list of pages:
                  - line 2 is not JSON: Unexpected end-of-input within/between Object entries
                  - line 3 is not a JSON object {...}
                  - line 4 names the image ../secret.png, which is outside the folder of the list
                  - line 5 names the image %s, which is outside the folder of the list
                  - line 6 names the image missing.png, but there is no such file
                  - line 7 has no "image", the path of a picture
                  - line 8 has a "row" that is not text
                  - line 8 has no "lines", a list of what stands on the page
                  - line 9, text 1 has no "text", or a blank one
                  - line 10, text 1 has no "box" [[x,y],[x,y],[x,y],[x,y]]
                  - line 10, text 1 has a "match" that is not text
                  - a.png has the text 'far' at 41.0,2.0, outside its 40 x 20 pixels
                It needs JSON lines such as {"image":"a.png", "lines":[{"text":"a b", "box":[[x,y],[x,y],[x,y],[x,y]]}]}, images in the folder of the list.\
                """
                    .formatted(outside.resolve("secret.png")));
  }

  @Test
  void aLinkThatLeavesTheFolderIsOutside() throws IOException {
    Files.createSymbolicLink(folder.resolve("link.png"), outside.resolve("secret.png"));

    assertThatThrownBy(() -> read(page("link.png", line("a"))))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining(
            "line 1 names the image link.png, which is outside the folder of the list");
  }

  @Test
  void manyProblemsAreCounted() {
    String[] lines = new String[25];
    java.util.Arrays.fill(lines, "[]");

    assertThatThrownBy(() -> read(lines))
        .hasMessageContaining("  - line 20 is not a JSON object {...}\n  - and 5 more\n");
  }

  @Test
  void aPictureThatIsDamagedAmongGoodOnesIsSkippedAndCounted() throws IOException {
    Files.writeString(folder.resolve("bad.png"), "this is no picture");
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      lines.add(page("a.png", line("a")));
    }
    lines.add(page("bad.png", line("a")));

    Pages pages = read(lines.toArray(String[]::new));

    assertThat(pages.pages()).hasSize(9);
    assertThat(pages.loaded().skipped()).isEqualTo(1);
    assertThat(pages.loaded().lines().get(1)).startsWith("skipped bad.png: The picture ");
  }

  @Test
  void moreThanOneDamagedPictureInTenIsAnError() throws IOException {
    Files.writeString(folder.resolve("bad.png"), "this is no picture");

    assertThatThrownBy(() -> read(page("a.png", line("a")), page("bad.png", line("b"))))
        .isInstanceOf(DemitasseException.class)
        .hasMessageStartingWith(
            "1 of 2 samples in "
                + folder.resolve("pages.jsonl")
                + " cannot be used, at most 10 % may be bad:\n  bad.png: The picture ");
  }

  @Test
  void anEmptyListAndAMissingOneAreErrors() {
    assertThatThrownBy(() -> read(""))
        .hasMessageStartingWith("There are no samples in " + folder.resolve("pages.jsonl"));
    assertThatThrownBy(() -> Pages.read(folder.resolve("other.jsonl")))
        .hasMessageStartingWith("There is no list of pages " + folder.resolve("other.jsonl"));
  }

  private Pages read(String... lines) throws IOException {
    return Pages.read(
        Files.writeString(folder.resolve("pages.jsonl"), String.join("\n", lines) + "\n"));
  }

  private static String page(String image, String line) {
    return "{\"image\":\"%s\",\"lines\":[%s]}".formatted(image, line);
  }

  private static String line(String text) {
    return "{\"text\":\"%s\",\"box\":%s}".formatted(text, BOX);
  }

  private static void picture(Path file) throws IOException {
    ImageIO.write(new BufferedImage(40, 20, BufferedImage.TYPE_BYTE_GRAY), "png", file.toFile());
  }
}
