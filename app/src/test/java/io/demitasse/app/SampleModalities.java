package io.demitasse.app;

import io.demitasse.evaluate.Dependence;
import io.demitasse.evaluate.Interval;
import io.demitasse.manifest.Manifest.Modality;
import io.demitasse.report.ByModality;
import io.demitasse.report.ModalityShares;
import io.demitasse.report.Report;
import io.demitasse.saliency.Saliency;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A report of a bundle that answers questions about pictures, and looks less at them than before.
 */
final class SampleModalities {
  /** A picture of one pixel. */
  private static final String PICTURE =
      "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

  private SampleModalities() {}

  static Report report() {
    Report met = SampleBundle.report();
    Report.Checks checks = met.checks();
    return new Report(
        met.title(),
        met.setting(),
        met.accuracy(),
        met.parts(),
        met.whole(),
        new Report.Checks(checks.memory(), checks.asUsed(), modalities(), checks.notes()),
        met.candidates(),
        met.budget(),
        met.recipe());
  }

  private static ByModality modalities() {
    return ByModality.of(
        new ModalityShares(
            List.of(
                share(EnumSet.of(Modality.IMAGE), 88_000_000, 24_000_000, .8, 12),
                share(EnumSet.of(Modality.TEXT), 40_000_000, 12_000_000, .15, 0),
                share(EnumSet.of(Modality.TEXT, Modality.IMAGE), 9_000_000, 9_000_000, .05, 1)),
            List.of("head: /fusion/Mul", "head: " + SampleReport.HOSTILE)),
        List.of(
            new Dependence(
                Modality.IMAGE,
                "top1",
                new Interval(.21, .25, .29),
                new Interval(.02, .05, .08),
                new Interval(.08, .2, .35),
                256),
            new Dependence(
                Modality.TEXT,
                "top1",
                new Interval(-.01, 0, .01),
                new Interval(.1, .2, .3),
                null,
                256)),
        List.of(
            picture(),
            words("what is on the table", .01, .02, .03, .1, .4),
            words(SampleReport.HOSTILE + " is here", .1, .2, -.3),
            sound()));
  }

  private static ByModality.Share share(
      EnumSet<Modality> of, long before, long after, double work, int layers) {
    return new ByModality.Share(
        of, before, after, work, work, layers, layers * 1e-4, layers == 0 ? "" : "/MatMul", .002);
  }

  private static Saliency picture() {
    List<Double> before = IntStream.range(0, 49).mapToObj(i -> Math.sin(i * .3)).toList();
    List<Double> after = IntStream.range(0, 49).mapToObj(i -> Math.sin(i * .31)).toList();
    return new Saliency("cup.png", Modality.IMAGE, List.of(), 7, before, after, .75, PICTURE);
  }

  private static Saliency sound() {
    List<Double> flat = IntStream.range(0, 20).mapToObj(i -> .1).toList();
    return new Saliency("bell.wav", Modality.AUDIO, List.of(), 20, flat, flat, null, "");
  }

  private static Saliency words(String text, Double... lost) {
    List<Double> map = Arrays.asList(lost);
    return new Saliency(
        "question " + text.length(),
        Modality.TEXT,
        List.of(text.split(" ")).subList(0, lost.length),
        lost.length,
        map,
        map.reversed(),
        -.25,
        "");
  }
}
