package example;

import io.demitasse.Compressed;
import io.demitasse.Demitasse;
import io.demitasse.data.Sample;
import io.demitasse.data.Samples;
import io.demitasse.ir.Tensor;
import io.demitasse.recipe.Recipes;
import io.demitasse.report.Report;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Compresses a model within a budget, writes it, and tells what came of it. */
public final class CompressModel {
  private CompressModel() {}

  /** {@code CompressModel MODEL OUTPUT [BUDGET [RECIPE]]}. */
  public static void main(String[] arguments) {
    Path model = Path.of(arguments[0]);
    Path output = Path.of(arguments[1]);
    String budget = arguments.length > 2 ? arguments[2] : "drop<=1%";

    Demitasse job = Demitasse.open(model).data(pictures()).budget(budget);
    if (arguments.length > 3) {
      job.recipe(Recipes.read(Path.of(arguments[3])));
    }
    try (Compressed small = job.compress()) {
      small.writeTo(output);
      tell(small.report());
    }
  }

  /** Where a program has real inputs it gives those: results hold for inputs like them. */
  private static Samples pictures() {
    Random random = new Random(1);
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      float[] pixels = new float[64];
      for (int j = 0; j < pixels.length; j++) {
        pixels[j] = random.nextFloat();
      }
      Tensor picture = Tensor.ofFloats(new long[] {1, pixels.length}, pixels);
      samples.add(new Sample.Tensors("picture " + i, Map.of("pixels", picture)));
    }
    return Samples.of("random pictures", samples);
  }

  private static void tell(Report report) {
    System.out.println("before: " + report.bytesBefore() + " bytes");
    System.out.println("after: " + report.bytesAfter() + " bytes");
    System.out.println("budget: " + (report.budget().met() ? "met" : report.budget().reasons()));
    report.accuracy().scores().forEach(score -> System.out.println("measured: " + score.metric()));
  }
}
