package io.demitasse.media.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.data.Sample;
import io.demitasse.error.DemitasseException;
import io.demitasse.media.sound.Waves;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.sound.sampled.AudioFileFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sounds with the words that are said in them. */
class TranscriptsTest {
  @TempDir private Path folder;

  @BeforeEach
  void record() throws IOException {
    Files.createDirectory(folder.resolve("letters"));
    for (String name : List.of("hello.wav", "letters/a.wav", "001.wav")) {
      sound(name, AudioFileFormat.Type.WAVE);
    }
    sound("hello.aiff", AudioFileFormat.Type.AIFF);
  }

  private void sound(String name, AudioFileFormat.Type type) throws IOException {
    Waves.write(folder.resolve(name), type, 8000, 1, Waves.tone(440, 8000, 80));
  }

  private Dataset open(String name, String lines) throws IOException {
    return Datasets.open(Files.writeString(folder.resolve(name), lines), SampleKinds.SOUNDS);
  }

  private void assertIs(Sample sample, String file, String words) {
    assertThat(((Sample.File) sample).path()).isEqualTo(folder.resolve(file));
    assertThat(sample.fields().text("text")).hasValue(words);
  }

  @Test
  void promptsAreListedAsAsteriskDoes() throws IOException {
    Dataset data =
        open("core-sounds-en.txt", "; Core\n\nhello: Hello: you.\nletters/a:  The letter a. \n");

    assertThat(data.size()).isEqualTo(2);
    assertIs(data.get(0), "hello.wav", "Hello: you.");
    assertIs(data.get(1), "letters/a.wav", "The letter a.");
    assertThat(data.get(1).id()).isEqualTo("letters/a");
  }

  @Test
  void transcriptionsAreAsSphinxHasThem() throws IOException {
    Dataset data = open("cards.transcription", "<s> ten of clubs  </s> (001)\nfour (hello)\n");

    assertIs(data.get(0), "001.wav", "ten of clubs");
    assertIs(data.get(1), "hello.wav", "four");
  }

  @Test
  void tablesAndJsonLinesNameSoundsAndWords() throws IOException {
    Dataset table = open("transcripts.csv", "audio,transcript\nhello.wav,\"Hello, you.\"\n");
    Dataset tabs = open("transcripts.tsv", "file\ttext\nletters/a.wav\tA\n");
    Dataset json =
        open("transcripts.jsonl", "{\"audio\": \"001.wav\", \"text\": \"ten of clubs\"}\n");

    assertIs(table.get(0), "hello.wav", "Hello, you.");
    assertIs(tabs.get(0), "letters/a.wav", "A");
    assertIs(json.get(0), "001.wav", "ten of clubs");
  }

  @Test
  void aFolderIsReadByTheListThatLiesInIt() throws IOException {
    Files.writeString(
        folder.resolve("Transcripts.tsv"), "file\ttranscript\nhello.wav\tHello.\n001.wav\tOne.\n");
    Dataset listed = Datasets.open(folder, SampleKinds.SOUNDS);

    assertThat(listed.size()).isEqualTo(2);
    assertIs(listed.get(1), "001.wav", "One.");

    Files.writeString(folder.resolve("metadata.jsonl"), "{\"file\": \"hello.wav\"}\n");
    assertThat(Datasets.open(folder, SampleKinds.SOUNDS).size())
        .as("two lists are none")
        .isEqualTo(4);
  }

  @Test
  void everythingThatIsWrongIsToldAtOnce() throws IOException {
    Files.writeString(folder.resolve("broken.wav"), "no sound");
    Files.write(
        folder.resolve("bad.txt"),
        "hello\nhello:\nnone: Words.\n../hello: Words.\nbroken: Words.\n"
            .getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> Datasets.open(folder.resolve("bad.txt"), SampleKinds.SOUNDS))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContainingAll(
            "5 of 5 samples",
            "line 1: is not a name, a colon and words",
            "line 2: has no words for hello",
            "line 3: names the sound none, and there is no such file",
            "line 4: names the sound ../hello",
            "line 5: ");
  }

  @Test
  void wordsThatAreNoUtf8AreToldAndNotGuessed() throws IOException {
    Path file =
        Files.write(
            folder.resolve("old.txt"), "hello: Caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));

    assertThatThrownBy(() -> Datasets.open(file, SampleKinds.SOUNDS))
        .isInstanceOf(DemitasseException.class)
        .hasMessageContaining("line 1: is not UTF-8 text");
  }

  @Test
  void linesOfTextStayTextsForModelsThatTakeThem() throws IOException {
    Path file = Files.writeString(folder.resolve("t.txt"), "hello: you\n");

    assertThat(Datasets.open(file, SampleKinds.ANY).get(0)).isInstanceOf(Sample.Text.class);
    assertThat(SampleKinds.SOUNDS.understood())
        .contains("NAME: WORDS", "with \"file\", a folder of sound");
  }
}
