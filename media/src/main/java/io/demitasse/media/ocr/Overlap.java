package io.demitasse.media.ocr;

import static org.bytedeco.opencv.global.opencv_imgproc.contourArea;
import static org.bytedeco.opencv.global.opencv_imgproc.intersectConvexConvex;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.opencv_core.Mat;

/** How far boxes cover each other. */
public final class Overlap {
  private Overlap() {}

  /** The area that two convex boxes share over the area they cover together, 0 to 1. */
  public static double of(Box one, Box other) {
    if (areApart(one, other)) {
      return 0;
    }
    try (PointerScope _ = new PointerScope()) {
      Mat first = Boxes.mat(one);
      Mat second = Boxes.mat(other);
      double shared = intersectConvexConvex(first, second, new Mat());
      double covered = contourArea(first) + contourArea(second) - shared;
      return covered <= 0 ? 0 : Math.clamp(shared / covered, 0, 1);
    }
  }

  /**
   * Pairs boxes one to one: the two that overlap most first, the earlier of equal ones.
   *
   * @param least boxes that overlap less are not paired
   * @return for each true box the index of the found one, or -1
   */
  public static int[] pairs(List<Box> truth, List<Box> found, double least) {
    record Pair(int truth, int found, double overlap) {}
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < truth.size(); i++) {
      for (int j = 0; j < found.size(); j++) {
        double overlap = of(truth.get(i), found.get(j));
        if (overlap >= least) {
          pairs.add(new Pair(i, j, overlap));
        }
      }
    }
    pairs.sort(Comparator.comparingDouble(pair -> -pair.overlap()));
    int[] partners = new int[truth.size()];
    Arrays.fill(partners, -1);
    boolean[] taken = new boolean[found.size()];
    for (Pair pair : pairs) {
      if (partners[pair.truth()] < 0 && !taken[pair.found()]) {
        partners[pair.truth()] = pair.found();
        taken[pair.found()] = true;
      }
    }
    return partners;
  }

  private static boolean areApart(Box one, Box other) {
    var x = one.corners().stream().mapToDouble(Point::x).summaryStatistics();
    var y = one.corners().stream().mapToDouble(Point::y).summaryStatistics();
    var otherX = other.corners().stream().mapToDouble(Point::x).summaryStatistics();
    var otherY = other.corners().stream().mapToDouble(Point::y).summaryStatistics();
    return x.getMax() <= otherX.getMin()
        || otherX.getMax() <= x.getMin()
        || y.getMax() <= otherY.getMin()
        || otherY.getMax() <= y.getMin();
  }
}
