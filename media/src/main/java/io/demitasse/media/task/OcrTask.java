package io.demitasse.media.task;

import io.demitasse.data.Division;
import io.demitasse.data.Program;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.data.Split;
import io.demitasse.error.DemitasseException;
import io.demitasse.evaluate.Example;
import io.demitasse.evaluate.Review;
import io.demitasse.evaluate.Statistic;
import io.demitasse.evaluate.Task;
import io.demitasse.evaluate.TaskSplits;
import io.demitasse.ir.Tensor;
import io.demitasse.media.data.BuiltInPages;
import io.demitasse.media.data.Dataset;
import io.demitasse.media.data.LoadedSamples;
import io.demitasse.media.data.Page;
import io.demitasse.media.data.Pages;
import io.demitasse.media.program.OcrProgram;
import io.demitasse.media.program.SingleProgram;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads pages of text whose lines are known.
 *
 * <p>Lines that were found are matched one to one with lines that are there, those that overlap
 * most first. A missed line is wrong in all its characters; what was read where no line is counts
 * as inserted. Texts are compared in Unicode's form NFKC, without space at their ends, each space
 * inside one character.
 *
 * <p>Metrics, one value a line, for each row of pages in order of appearance: {@code character
 * accuracy, ROW} (one minus the character error rate) and {@code exact lines, ROW}. Then {@code map
 * overlap}, one value a page: the intersection of the detector's map over its threshold with the
 * original's, over their union. Where the program embeds and lines have a label to retrieve, {@code
 * recall@10} and {@code mrr}, one value such a line, among all labels.
 */
public final class OcrTask implements Task {
  /** The name this task goes by. */
  public static final String NAME = "ocr";

  private static final String MAP_OVERLAP = "map overlap";
  private static final String ADVICE =
      "Accuracy was measured on the built-in pages. Pages of your own make the evidence stronger:"
          + " --data pages.jsonl with "
          + Pages.FORM
          + ", a hundred lines of text or more.";
  private static final String LIST = "pages.jsonl";
  private static final String CALIBRATION = "calibration.jsonl";

  /** So few pages are judged at once. */
  private static final int LEAST_PAGES = 20;

  /** Pages of each row that show what is far from right, or as good as the original. */
  private static final int SKETCHED_PAGES = 2;

  /** What such pages are of all at most: of more of them little would be saved. */
  private static final double SKETCHED_SHARE = .2;

  private final OcrProgram program;
  private final OcrUnit unit;
  private final LoadedSamples loaded;
  private final List<Page> pages;
  private final boolean builtIn;
  private final LineQueries queries;
  private final Dataset samples;
  private final Optional<Pages> calibrationPages;

  private OcrTask(OcrProgram program, OcrUnit unit, Path list, Pages read, boolean builtIn) {
    this.program = program;
    this.unit = unit;
    this.loaded = read.loaded();
    this.pages = read.pages();
    this.builtIn = builtIn;
    this.queries = new LineQueries(pages);
    this.samples = dataset();
    this.calibrationPages =
        Optional.of(list.resolveSibling(CALIBRATION)).filter(Files::isRegularFile).map(Pages::read);
  }

  /** The same on fewer pages. */
  private OcrTask(OcrTask all, List<Page> pages, LoadedSamples loaded, LineQueries queries) {
    this.program = all.program;
    this.unit = all.unit;
    this.loaded = loaded;
    this.pages = pages;
    this.builtIn = all.builtIn;
    this.queries = queries;
    this.samples = dataset();
    this.calibrationPages = all.calibrationPages;
  }

  /** The same on some of its pages; the labels of all stand to choose from, so it is as hard. */
  private OcrTask only(List<Integer> places) {
    List<Page> some = places.stream().map(pages::get).toList();
    return new OcrTask(this, some, loaded, new LineQueries(some, pages));
  }

  @Override
  public TaskSplits splits(TaskSplits.Request request) {
    List<Division.Member> members = pages.stream().map(this::member).toList();
    Map<String, Integer> least = new HashMap<>();
    members.forEach(
        member ->
            member.values().keySet().forEach(metric -> least.put(metric, least(request, metric))));
    Division division =
        Division.of(
            members, new Division.Terms(calibrationPages.isPresent(), request.training(), least));
    Samples calibrating =
        calibrationPages.isPresent()
            ? calibration()
            : only(division.of(Split.CALIBRATE)).calibration();
    return TaskSplits.of(
        division,
        this::only,
        places ->
            new TaskSplits.Size(
                places.stream().mapToInt(i -> pages.get(i).lines().size()).sum(), "lines"),
        calibrating,
        new TaskSplits.Size(calibrating.size(), "pages"));
  }

  /** Each row has metrics of its own, and so have the lines that are queries. */
  private Division.Member member(Page page) {
    Map<String, Integer> values = new HashMap<>();
    if (!page.lines().isEmpty()) {
      RowScores.metrics(List.of(page)).forEach(metric -> values.put(metric, page.lines().size()));
    }
    int asking = (int) page.lines().stream().filter(line -> line.match() != null).count();
    if (retrieves() && asking > 0) {
      LineQueries.METRICS.forEach(metric -> values.put(metric, asking));
    }
    return new Division.Member(page.id(), page.declared(), page.row(), values);
  }

  private static int least(TaskSplits.Request request, String metric) {
    return RowScores.countsCharacters(metric)
        ? request.least(metric, true, Spread.OF_CHARACTERS)
        : request.least(metric, metric.equals(LineQueries.LIMITED), Spread.OF_RATES);
  }

  private Dataset dataset() {
    List<Sample> labels = program.embeds() ? queries.samples() : List.of();
    return new Dataset(
        loaded,
        pages.size() + labels.size(),
        i -> i < pages.size() ? unit.sample(pages.get(i)) : labels.get(i - pages.size()),
        builtIn ? ADVICE : Dataset.few(lines(), "line"),
        _ -> Optional.empty());
  }

  /** What accuracy counts. */
  private int lines() {
    return pages.stream().mapToInt(page -> page.lines().size()).sum();
  }

  /**
   * The same on at most so many pages of each row, spread over it.
   *
   * @param count at least 1
   */
  OcrTask withPages(int count) {
    Map<String, List<Page>> rows = new LinkedHashMap<>();
    pages.forEach(page -> rows.computeIfAbsent(page.row(), row -> new ArrayList<>()).add(page));
    List<Page> chosen = new ArrayList<>();
    for (List<Page> row : rows.values()) {
      int taken = Math.min(count, row.size());
      for (int i = 0; i < taken; i++) {
        chosen.add(row.get((int) ((long) i * row.size() / taken)));
      }
    }
    LoadedSamples some = loaded.only(chosen.size(), "at most " + count + " a row");
    return new OcrTask(this, chosen, some, new LineQueries(chosen));
  }

  private int sketchedPages() {
    long rows = pages.stream().map(Page::row).distinct().count();
    return (int) Math.clamp(SKETCHED_SHARE * pages.size() / rows, 1, SKETCHED_PAGES);
  }

  @Override
  public Optional<Task> subset() {
    return pages.size() <= LEAST_PAGES ? Optional.empty() : Optional.of(withPages(sketchedPages()));
  }

  /** The built-in task: about 3,000 lines on pages from easy to hard. */
  static OcrTask builtIn(OcrProgram program, OcrUnit unit) {
    Path list = BuiltInPages.list();
    Pages read = Pages.read(list);
    LoadedSamples loaded = read.loaded().named("the built-in pages");
    return new OcrTask(program, unit, list, new Pages(loaded, read.pages()), true);
  }

  /**
   * A task of the user's own. Pages to calibrate on may be listed in {@code calibration.jsonl}
   * beside.
   *
   * @param list as {@link Pages} has it, or the folder of a {@code pages.jsonl}
   * @throws DemitasseException (bad request) when the list cannot be used, with everything that is
   *     wrong, or has no line of text
   */
  static OcrTask of(Path list, OcrProgram program, OcrUnit unit) {
    Path file = Files.isDirectory(list) ? list.resolve(LIST) : list;
    OcrTask task = new OcrTask(program, unit, file, Pages.read(file), false);
    if (task.pages.stream().allMatch(page -> page.lines().isEmpty())) {
      throw DemitasseException.badRequest(
          list + " has no page with a line of text; it needs " + Pages.FORM + ".");
    }
    return task;
  }

  @Override
  public String name() {
    return NAME;
  }

  /** All pages, then the labels that lines should retrieve where the program embeds. */
  @Override
  public Dataset samples() {
    return samples;
  }

  @Override
  public Samples calibration() {
    return calibrationPages
        .map(
            others ->
                new Dataset(
                    others.loaded(),
                    others.pages().size(),
                    i -> unit.sample(others.pages().get(i))))
        .orElseGet(() -> new Dataset(samples.loaded(), pages.size(), samples.loader()));
  }

  @Override
  public Program program() {
    return program;
  }

  @Override
  public List<String> metrics() {
    List<String> metrics = new ArrayList<>(RowScores.metrics(pages));
    if (unit == OcrUnit.PAGES) {
      metrics.add(MAP_OVERLAP);
    }
    if (retrieves()) {
      metrics.addAll(LineQueries.METRICS);
    }
    return metrics;
  }

  /** Whether lines have labels, which are embedded after the pages. */
  private boolean retrieves() {
    return samples.size() > pages.size();
  }

  @Override
  public Review<?, List<Score>> scores() {
    return new Review<>(this::kept, this::judged);
  }

  private OcrRecord kept(int sample, Map<String, Tensor> outputs, Map<String, Tensor> reference) {
    float[] embeddings =
        retrieves() ? Outputs.require(outputs, SingleProgram.EMBEDDING).toFloats() : new float[0];
    if (sample >= pages.size()) {
      return new OcrRecord.OfLabel(embeddings);
    }
    double overlap =
        unit == OcrUnit.PAGES
            ? MapOverlap.of(
                Outputs.require(outputs, OcrProgram.MAP),
                Outputs.require(reference, OcrProgram.MAP))
            : 1;
    return new OcrRecord.OfPage(
        PageReading.of(pages.get(sample), outputs, unit), overlap, embeddings);
  }

  private List<Score> judged(List<OcrRecord> records) {
    List<OcrRecord.OfPage> read = only(records, OcrRecord.OfPage.class);
    List<Score> scores =
        new ArrayList<>(RowScores.of(read.stream().map(OcrRecord.OfPage::reading).toList()));
    if (unit == OcrUnit.PAGES) {
      scores.add(Score.informational(MAP_OVERLAP, Statistic.mean(read, OcrRecord.OfPage::overlap)));
    }
    if (retrieves()) {
      scores.addAll(queries.score(read, only(records, OcrRecord.OfLabel.class)));
    }
    return scores;
  }

  private static <T extends OcrRecord> List<T> only(List<OcrRecord> records, Class<T> kind) {
    return records.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  @Override
  public Optional<Review<?, List<Example>>> examples(int limit) {
    return Optional.of(
        new Review<Optional<OcrExhibits>, List<Example>>(
            this::exhibits,
            all -> OcrExhibits.worst(all.stream().flatMap(Optional::stream).toList(), limit)));
  }

  /** Labels show nothing. */
  private Optional<OcrExhibits> exhibits(
      int sample, Map<String, Tensor> outputs, Map<String, Tensor> reference) {
    return sample >= pages.size()
        ? Optional.empty()
        : Optional.of(
            new OcrExhibits(
                PageReading.of(pages.get(sample), reference, unit),
                PageReading.of(pages.get(sample), outputs, unit)));
  }
}
