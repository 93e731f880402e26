package io.demitasse.bench.towers;

import io.demitasse.data.Split;
import io.demitasse.source.Source;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Drawings of the Open Clip Art Library in the public domain. Drawings of one creator are of one
 * split. Titles that stand on many drawings and those that are no words are left out, and so are
 * equal and very large pictures, and pictures to judge by whose title was trained on.
 */
record ClipArt(Packages packages) {
  private static final int SHARED = 5;
  private static final Pattern TITLE = Pattern.compile("<dc:title>([^<]*)</dc:title>");
  private static final Pattern CREATOR =
      Pattern.compile("<dc:creator>.*?<dc:title>([^<]*)</dc:title>", Pattern.DOTALL);
  private static final Pattern KEYWORD = Pattern.compile("<rdf:li>([^<]*)</rdf:li>");
  private static final Pattern WORDS = Pattern.compile("\\p{L}[\\p{L} ,'()-]{2,59}");
  private static final Set<String> NO_DRAWINGS = Set.of("special", "shapes");
  private static final int LONGEST = 2048;

  /** Where the header of a PNG says its sizes. */
  private static final int PNG_SIZES = 16;

  private static final String LICENSE = "cc/PublicDomain";

  private record Described(Path picture, String title, String creator, List<String> keywords) {}

  List<Drawing> all() throws IOException {
    Path pictures = packages.debian("openclipart-png").resolve("usr/share/openclipart/png");
    Path sources = packages.debian("openclipart-svg").resolve("usr/share/openclipart/svg");
    List<Described> described = new ArrayList<>();
    Map<String, Integer> often = new HashMap<>();
    try (Stream<Path> files = Files.walk(sources).sorted()) {
      for (Path file : (Iterable<Path>) files::iterator) {
        described(sources, file, pictures).ifPresent(described::add);
      }
    }
    described.forEach(each -> often.merge(key(each.title()), 1, Integer::sum));
    described.removeIf(each -> often.getOrDefault(key(each.title()), 0) > SHARED);
    return drawings(described);
  }

  private static Optional<Described> described(Path sources, Path file, Path pictures)
      throws IOException {
    Path place = sources.relativize(file);
    if (!file.toString().endsWith(".svg") || NO_DRAWINGS.contains(place.getName(0).toString())) {
      return Optional.empty();
    }
    Path picture = pictures.resolve(place.toString().replaceFirst("\\.svg$", ".png"));
    String text = Files.readString(file, StandardCharsets.UTF_8);
    String title = first(TITLE, text).replace('_', ' ').strip();
    return Files.isRegularFile(picture)
            && text.contains(LICENSE)
            && longest(picture) <= LONGEST
            && WORDS.matcher(title).matches()
        ? Optional.of(new Described(picture, title, first(CREATOR, text), keywords(text)))
        : Optional.empty();
  }

  /** The longer side as the header of a PNG has it. */
  private static int longest(Path picture) throws IOException {
    try (DataInputStream in = new DataInputStream(Files.newInputStream(picture))) {
      in.skipNBytes(PNG_SIZES);
      return Math.max(in.readInt(), in.readInt());
    }
  }

  private static List<Drawing> drawings(List<Described> described) {
    Set<String> pictures = new HashSet<>();
    Set<String> learned = new HashSet<>();
    for (Described each : described) {
      if (Drawing.split(each.creator()) == Split.TRAIN) {
        learned.add(key(each.title()));
      }
    }
    List<Drawing> drawings = new ArrayList<>();
    for (Described each : described) {
      Split split = Drawing.split(each.creator());
      boolean known = split != Split.TRAIN && learned.contains(key(each.title()));
      if (!known && pictures.add(Source.sha256(each.picture()))) {
        drawings.add(new Drawing("clip-art", each.picture(), captions(each), split));
      }
    }
    return drawings;
  }

  private static List<String> captions(Described each) {
    String told = String.join(" ", each.keywords());
    return told.isBlank()
        ? List.of(each.title())
        : List.of(each.title(), each.title() + ", " + told);
  }

  private static List<String> keywords(String text) {
    List<String> keywords = new ArrayList<>();
    Matcher matcher = KEYWORD.matcher(text);
    while (matcher.find()) {
      String keyword = matcher.group(1).strip();
      if (!keyword.isEmpty() && !keyword.equals("unsorted")) {
        keywords.add(keyword);
      }
    }
    return keywords;
  }

  private static String first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? matcher.group(1).strip() : "";
  }

  private static String key(String title) {
    return title.toLowerCase(Locale.ROOT);
  }
}
