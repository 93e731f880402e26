package io.demitasse.bench.towers;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.data.Split;
import io.demitasse.media.data.Captions;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataFolderTest {
  @TempDir private Path folder;

  private Drawing drawing(String title, Split split) throws IOException {
    Path file = folder.resolve(title + ".png");
    ImageIO.write(new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
    return new Drawing("clip-art", file, List.of(title, "more"), split);
  }

  @Test
  void listsSayWhatDrawingsAreFor() throws IOException {
    Drawing learned = drawing("apple", Split.TRAIN);
    Drawing unused = drawing("pear", Split.TRAIN);
    Drawing judged = drawing("a \"cat\"", Split.JUDGE);
    Drawing judgedAlone = drawing("dog", Split.JUDGE);
    Path data = folder.resolve("data");

    new DataFolder(data)
        .write(List.of(learned, unused, judged, judgedAlone), Set.of(learned, judged));

    Captions searched = Captions.read(data.resolve("search.jsonl"));
    assertThat(searched.captions())
        .extracting(each -> each.text() + " " + each.declared().orElseThrow())
        .containsExactly("apple TRAIN", "a \"cat\" JUDGE");
    assertThat(Captions.read(data.resolve("clip-art.jsonl")).captions())
        .extracting(Captions.Caption::text)
        .containsExactly("a \"cat\"", "dog");
    try (var pictures = Files.list(data.resolve("clip-art"))) {
      assertThat(pictures).hasSize(3);
    }
  }
}
