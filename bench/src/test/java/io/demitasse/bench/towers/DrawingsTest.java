package io.demitasse.bench.towers;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.demitasse.data.Split;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Packages that lie there already are not fetched. */
final class DrawingsTest {
  @TempDir private Path folder;

  private static void picture(Path file, int side, int color) throws IOException {
    Files.createDirectories(file.getParent());
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, color);
    ImageIO.write(image, "png", file.toFile());
  }

  private void clipArt(String place, int side, String title, String creator, String license)
      throws IOException {
    Path svg = folder.resolve("openclipart-svg/usr/share/openclipart/svg/" + place + ".svg");
    Files.createDirectories(svg.getParent());
    Files.writeString(
        svg,
        "<dc:title>%s</dc:title><dc:creator><dc:title>%s</dc:title></dc:creator>%s"
                .formatted(title, creator, license)
            + "<rdf:li>unsorted</rdf:li><rdf:li>fruit</rdf:li>");
    picture(
        folder.resolve("openclipart-png/usr/share/openclipart/png/" + place + ".png"),
        side,
        place.hashCode());
  }

  @Test
  void clipArtIsWhatHasAnHonestTitle() throws IOException {
    String free = "http://web.resource.org/cc/PublicDomain";
    clipArt("food/apple", 8, "red_apple", "Ann", free);
    clipArt("food/owned", 8, "pear", "Ann", "http://creativecommons.org/GPL");
    clipArt("food/number", 8, "fc23", "Ann", free);
    clipArt("food/huge", 4000, "plum", "Ann", free);
    clipArt("shapes/round", 8, "circle", "Ann", free);
    for (int i = 0; i < 6; i++) {
      clipArt("animals/cat" + i, 8, "my drawings", "Ann", free);
    }

    List<Drawing> drawings = new ClipArt(new Packages(folder)).all();

    assertThat(drawings)
        .extracting(Drawing::captions)
        .containsExactly(List.of("red apple", "red apple, fruit"));
  }

  @Test
  void noTitleToJudgeByWasLearnedFrom() throws IOException {
    String free = "http://web.resource.org/cc/PublicDomain";
    for (int i = 0; i < 40; i++) {
      clipArt("animals/a" + i, 8, i % 8 == 0 ? "A cat" : "cat", "creator " + i, free);
      clipArt("food/b" + i, 8, "apple " + (char) ('a' + i / 4), "creator " + i, free);
    }

    List<Drawing> drawings = new ClipArt(new Packages(folder)).all();

    Set<String> learned = titles(drawings, Split.TRAIN);
    Set<String> judged = titles(drawings, Split.JUDGE);
    assertThat(learned).isNotEmpty();
    assertThat(judged).doesNotContainAnyElementsOf(learned);
  }

  private static Set<String> titles(List<Drawing> drawings, Split split) {
    return drawings.stream()
        .filter(each -> each.split() == split)
        .map(Drawing::title)
        .collect(toSet());
  }

  @Test
  void stampsHaveTheirFirstSentenceAndNoSymbolsAreAmongThem() throws IOException {
    Path stamps = folder.resolve("tuxpaint-stamps-default/usr/share/tuxpaint/stamps");
    picture(stamps.resolve("animals/cat.png"), 8, 1);
    Files.writeString(stamps.resolve("animals/cat.txt"), "A cat.\nde.utf8=Eine Katze.\n");
    picture(stamps.resolve("animals/silent.png"), 8, 2);
    picture(stamps.resolve("symbols/a.png"), 8, 3);
    Files.writeString(stamps.resolve("symbols/a.txt"), "The letter A.\n");

    assertThat(new Stamps(new Packages(folder)).all())
        .extracting(Drawing::title, Drawing::split)
        .containsExactly(tuple("A cat.", Split.JUDGE));
  }

  private void emoji(String style, String... codes) throws IOException {
    Path content = folder.resolve("emoji-datasource-" + style + "@16.0.0");
    StringBuilder list = new StringBuilder("[");
    for (String code : codes) {
      picture(content.resolve("img/" + style + "/64/" + code + ".png"), 8, code.hashCode());
      list.append(list.length() > 1 ? "," : "")
          .append("{\"unified\":\"" + code + "\",\"image\":\"" + code + ".png\"}");
    }
    Files.writeString(content.resolve("emoji.json"), list.append("]"));
  }

  @Test
  void oneFamilyOfEmojiIsOfOneSplitAndOpenMojiIsNeverTrainedOn() throws IOException {
    Set<String> codes = new TreeSet<>();
    StringBuilder told = new StringBuilder("[");
    Path vector = Files.createDirectories(folder.resolve("openmoji@17.0.0/color/svg"));
    for (int i = 0; i < 20; i++) {
      for (String code : List.of("1F6" + (10 + i), "1F6" + (10 + i) + "-200D-2640-FE0F")) {
        codes.add(code);
        told.append(told.length() > 1 ? "," : "")
            .append("{\"hexcode\":\"" + code + "\",\"group\":1,\"label\":\"thing " + code)
            .append("\",\"tags\":[\"a\",\"b\"]}");
        Files.writeString(
            vector.resolve(code.replace("-FE0F", "") + ".svg"),
            "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 72 72'>"
                + "<rect x='0' y='0' width='36' height='72' fill='#f00'/></svg>");
      }
    }
    told.append(",{\"hexcode\":\"1F1E6\",\"group\":9,\"label\":\"a flag\"}]");
    Path base = folder.resolve("emojibase-data@17.0.0/en");
    Files.createDirectories(base);
    Files.writeString(base.resolve("data.json"), told);
    emoji("twitter", codes.toArray(String[]::new));
    emoji("google", "1F1E6");

    List<Drawing> drawings = new EmojiDrawings(new Packages(folder), folder.resolve("drawn")).all();

    assertThat(drawings).filteredOn(each -> each.set().equals("emoji-twitter")).hasSize(40);
    assertThat(drawings).filteredOn(each -> each.set().equals("emoji-google")).isEmpty();
    assertThat(drawings)
        .filteredOn(each -> each.set().equals("emoji-openmoji"))
        .isNotEmpty()
        .noneMatch(each -> each.split() == Split.TRAIN)
        .allSatisfy(
            each -> {
              BufferedImage drawn = ImageIO.read(each.picture().toFile());
              assertThat(drawn.getRGB(50, 112)).isEqualTo(0xffff0000);
              assertThat(drawn.getRGB(200, 112)).isEqualTo(0xffffffff);
            });
    for (Drawing each : drawings) {
      String family = each.title().substring("thing ".length()).split("-", 2)[0];
      assertThat(each.split()).isEqualTo(Drawing.split(family));
    }
  }
}
