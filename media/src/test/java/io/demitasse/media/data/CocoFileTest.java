package io.demitasse.media.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Shape;
import io.demitasse.ir.ValueType;
import io.demitasse.media.DeclaredInputs;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pictures with captions and boxes. */
class CocoFileTest {
  @TempDir private Path folder;

  @BeforeEach
  void draw() throws IOException {
    Files.createDirectory(folder.resolve("images"));
    for (String name : List.of("a.png", "images/b.png")) {
      ImageIO.write(
          new BufferedImage(9, 9, BufferedImage.TYPE_INT_RGB),
          "png",
          folder.resolve(name).toFile());
    }
  }

  private Path write(String json) throws IOException {
    return Files.writeString(folder.resolve("coco.json"), json);
  }

  @Test
  void captionsAndBoxesAreFieldsOfPictures() throws IOException {
    Path file =
        write(
            """
            {"info": {"year": [1, {"a": 2}]},
             "images": [{"id": 7, "file_name": "a.png"}, {"id": 9, "file_name": "b.png"}],
             "annotations": [
               {"image_id": 7, "caption": " a red cup "},
               {"image_id": 7, "caption": "one cup"},
               {"image_id": 9, "bbox": [1, 2, 3.5, 4], "category_id": 3},
               {"image_id": 9, "bbox": [5, 6, 7, 8], "category_id": 4},
               {"image_id": 9, "bbox": [5, 6, 7], "category_id": 4},
               {"image_id": 9, "bbox": ["x", 6, 7, 8], "category_id": 4}],
             "categories": [{"id": 3, "name": "cup"}]}
            """);

    Dataset data = Datasets.open(file, SampleKinds.MEDIA);

    assertThat(data.size()).isEqualTo(2);
    assertThat(data.get(0).id()).isEqualTo("a.png");
    assertThat(data.get(0).fields().texts("text")).containsExactly("a red cup", "one cup");
    assertThat(data.get(0).fields().names()).containsExactly("text");
    Sample second = data.get(1);
    assertThat(((Sample.File) second).path()).isEqualTo(folder.resolve("images/b.png"));
    assertThat(second.fields().find("boxes").orElseThrow().toDoubles())
        .containsExactly(1, 2, 3.5, 4, 5, 6, 7, 8);
    assertThat(second.fields().texts("label")).containsExactly("cup", "4");
    assertThat(data.account()).anyMatch(line -> line.equals("2 captions and 2 boxes"));
  }

  @Test
  void picturesOutsideAndMissingAreBad() throws IOException {
    assertRefused(
        "{\"images\": [{\"id\": 1, \"file_name\": \"../a.png\"}, {\"file_name\": \"a.png\"}]}",
        "image '../a.png': is no picture in the folder of the list",
        "image 'a.png': has no \"id\"");
    assertRefused(
        "{\"images\": [{\"id\": 1, \"file_name\": \"a.png\"}, {\"id\": 1, \"file_name\":"
            + " \"b.png\"}]}",
        "has an \"id\" that another has");
  }

  @Test
  void whatIsNoSuchJsonIsRefused() throws IOException {
    assertRefused("[]", "it is no object");
    assertRefused("{\"images\": [", "it is not JSON");
    assertRefused("{\"annotations\": []}", "There are no samples");
    assertRefused("{\"images\": " + "[".repeat(100_000), "it is not JSON");
  }

  private void assertRefused(String json, String... why) throws IOException {
    Path file = write(json);
    assertThatThrownBy(() -> Datasets.open(file, SampleKinds.MEDIA))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContainingAll(why);
  }

  @Test
  void aModelWithoutPicturesSaysSo() throws IOException {
    Path file = write("{\"images\": []}");

    DeclaredInputs ids =
        new DeclaredInputs(
            List.of(
                new DeclaredInputs.Input(
                    "input_ids",
                    ValueType.tensor(DataType.INT64, new Shape(List.of(Dim.named("S")))),
                    true)));
    assertThatThrownBy(() -> Datasets.open(file, ids))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("would list pictures, but the model takes none");
  }
}
