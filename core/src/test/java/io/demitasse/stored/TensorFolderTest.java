package io.demitasse.stored;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.data.Sha256;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.Computation;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files are named by their content, and believed only when they have it. */
final class TensorFolderTest {
  private static final Map<String, Tensor> WEIGHTS =
      Map.of("w", Tensor.ofFloats(new long[] {2}, 1, 2));

  @TempDir private Path temporary;
  private Path place;
  private TensorFolder folder;

  @BeforeEach
  void makeFolder() {
    place = temporary.resolve("found");
    folder = new TensorFolder(place);
  }

  private Path file(StoredTensors stored) {
    return stored.file().orElseThrow();
  }

  private String problem(StoredTensors stored) {
    return new StoredTensors(stored.sha256(), place).problem().orElseThrow();
  }

  @Test
  void aFileIsNamedByTheHashOfItsContentAndKeptOnce() throws IOException {
    StoredTensors stored = folder.store(WEIGHTS);

    assertThat(folder.store(WEIGHTS)).isEqualTo(stored);
    assertThat(place.toFile().list()).containsExactly(stored.sha256() + ".tensors");
    assertThat(Sha256.of(file(stored))).isEqualTo(stored.sha256());
    assertThat(stored.read().get("w").toFloats()).containsExactly(1, 2);
    assertThat(folder.store(Map.of("v", WEIGHTS.get("w")))).isNotEqualTo(stored);
  }

  @Test
  void whatLiesElsewhereIsCopiedOnceItIsFoundRight() throws IOException {
    StoredTensors stored = folder.store(WEIGHTS);
    TensorFolder other = new TensorFolder(temporary.resolve("other"));

    StoredTensors copy = other.copy(new StoredTensors(stored.sha256(), place));
    Files.delete(file(stored));

    assertThat(file(copy)).isEqualTo(temporary.resolve("other").resolve(stored.fileName()));
    assertThat(copy.read().get("w").toFloats()).containsExactly(1, 2);
  }

  @Test
  void aFileThatOthersWroteIsTakenAndTheRestCanGo() throws IOException {
    assertThat(folder.named()).isEmpty();
    StoredTensors old = folder.store(Map.of("v", WEIGHTS.get("w")));
    Path unfinished = folder.unfinished();
    TensorFile.write(WEIGHTS, unfinished);
    Path foreign = Files.writeString(place.resolve("notes.txt"), "not ours");

    StoredTensors taken = folder.take(unfinished);
    assertThat(taken.read().get("w").toFloats()).containsExactly(1, 2);
    assertThat(folder.named()).containsExactlyInAnyOrder(old, taken);
    Files.createFile(folder.unfinished());
    folder.keepOnly(Set.of(taken));

    assertThat(folder.named()).containsExactly(taken);
    assertThat(place.toFile().list())
        .containsExactlyInAnyOrder(taken.fileName(), foreign.getFileName().toString());
  }

  @Test
  void whatIsMissingIsTold() {
    StoredTensors stored = new StoredTensors("0".repeat(64), place);

    assertThat(stored.problem())
        .hasValue(
            place.resolve("0".repeat(64) + ".tensors")
                + " is missing. It was written beside the recipe: put it there again, or take the"
                + " lines under 'found' out of the step, so that it is found out anew");
    assertThatThrownBy(stored::read)
        .isInstanceOfSatisfying(
            DemitasseException.class,
            e -> assertThat(e.kind()).isEqualTo(DemitasseException.Kind.BAD_REQUEST));
    assertThat(new StoredTensors("0".repeat(64), null).problem().orElseThrow())
        .contains("is not known, since the recipe was read from a text");
  }

  @Test
  void whatWasChangedIsToldAndNotFound() throws IOException {
    StoredTensors stored = folder.store(WEIGHTS);
    byte[] content = Files.readAllBytes(file(stored));
    content[content.length - 1] ^= 1;
    Files.write(file(stored), content);

    assertThat(problem(stored))
        .contains("was changed: its SHA-256 is " + Sha256.of(file(stored)))
        .contains("Bring back the file that was written with the recipe");
    assertThat(folder.find(stored.sha256())).isEmpty();
    assertThatThrownBy(
            () -> new TensorFolder(temporary).copy(new StoredTensors(stored.sha256(), place)))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("was changed");
    assertThat(temporary.toFile().list()).containsExactly("found");
  }

  @Test
  void whatGrewIsToldBeforeItIsReadWhole() throws IOException {
    StoredTensors stored = folder.store(WEIGHTS);
    Files.write(file(stored), new byte[] {0}, StandardOpenOption.APPEND);

    assertThat(problem(stored))
        .contains(
            "cannot be read: it is no whole file of tensors: it has 73 bytes, and by its header it"
                + " has 72");
  }

  @Test
  void noLinkLeadsOutOfTheFolder() throws IOException {
    StoredTensors stored = new TensorFolder(temporary.resolve("other")).store(WEIGHTS);
    Files.createDirectories(place);
    Files.createSymbolicLink(place.resolve(stored.fileName()), file(stored));

    assertThat(problem(stored)).contains("is no file in this folder");
  }

  @Test
  void aFolderOfTheNameIsNoFile() throws IOException {
    StoredTensors stored = new StoredTensors("1".repeat(64), place);
    Files.createDirectories(place.resolve(stored.fileName()));

    assertThat(problem(stored)).contains("is no file in this folder, but a folder");
  }

  @Test
  void nothingButAHashIsAName() {
    assertThatThrownBy(() -> new StoredTensors("../" + "0".repeat(61), place))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(StoredTensors.isHash("A".repeat(64))).isFalse();
    assertThat(StoredTensors.isName("0".repeat(64) + ".tensors")).isTrue();
    assertThat(StoredTensors.isName("weights.tensors")).isFalse();
    assertThat(folder.find("../" + "0".repeat(61))).isEmpty();
  }

  @Test
  void whatCannotBeWrittenLeavesNothing() {
    Map<String, Tensor> failing =
        Map.of(
            "w",
            Tensor.deferred(
                    new Computation() {
                      @Override
                      public List<Result> results() {
                        return List.of(Result.of(DataType.FLOAT, 4));
                      }

                      @Override
                      public void compute(List<MemorySegment> destinations) {
                        throw new IllegalStateException("it does not converge");
                      }
                    })
                .getFirst());

    assertThatThrownBy(() -> folder.store(failing)).hasMessage("it does not converge");
    assertThat(place).isEmptyDirectory();
  }

  @Test
  void clearingTakesOursAndLeavesTheRest() throws IOException {
    folder.store(WEIGHTS);
    Files.createFile(place.resolve("123.unfinished"));
    TensorFolder.clear(place);
    assertThat(place).doesNotExist();

    folder.store(WEIGHTS);
    Path mine = Files.createFile(place.resolve("mine"));
    TensorFolder.clear(place);
    assertThat(place.toFile().listFiles()).containsExactly(mine.toFile());

    TensorFolder.clear(temporary.resolve("none"));
    Path link = Files.createSymbolicLink(temporary.resolve("link"), place);
    folder.store(WEIGHTS);
    TensorFolder.clear(link);
    assertThat(place.toFile().list()).hasSize(2);
  }
}
