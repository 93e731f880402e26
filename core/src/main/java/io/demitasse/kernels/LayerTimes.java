package io.demitasse.kernels;

import io.demitasse.cost.CostFile;
import io.demitasse.cost.Kernel;
import io.demitasse.cost.MeasuredCosts;
import io.demitasse.ir.Model;
import io.demitasse.ops.Excerpt;
import io.demitasse.ops.InferredShapes;
import io.demitasse.ops.ShapeInference;
import io.demitasse.pass.Pass;
import io.demitasse.pass.PassOptions;
import io.demitasse.pass.Where;
import io.demitasse.pipeline.Event;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What the layers of a model take by themselves in the form that a pass writes. Layers of the same
 * operator on the same sizes are one kernel, which is measured once on this machine and kept.
 *
 * @param file what was measured before, and is filled
 * @param events told how long the measuring is likely to take, and how far it is
 */
public record LayerTimes(KernelTimer timer, CostFile file, Consumer<Event> events) {

  /**
   * Measures what is missing.
   *
   * @param sizes of the model's inputs, by name
   * @param nodes labels of the layers
   * @return those that can stand alone and that the pass changes then
   */
  public List<LayerTime> of(Model model, Map<String, long[]> sizes, Pass pass, Set<String> nodes) {
    Form form = Form.of(PassOptions.text(pass), pass);
    Map<String, KernelModel> layers = layers(model, sizes, form, nodes);
    KernelTable table = new KernelTable(file, distinct(layers, form), false);
    if (table.missing() > 0) {
      events.accept(
          new Event.Noted(
              String.format(
                  Locale.ROOT,
                  "measuring %d of %d kernels of %s, which takes about %d s",
                  table.missing(),
                  table.size(),
                  form.name(),
                  Math.max(1, table.estimate().toSeconds()))));
      table.fill(timer, events);
    }
    MeasuredCosts costs = table.costs();
    List<LayerTime> times = new ArrayList<>();
    layers.forEach(
        (node, layer) ->
            costs
                .of(layer.kernel(form))
                .map(cost -> new LayerTime(node, cost.againstMilliseconds(), cost.milliseconds()))
                .ifPresent(times::add));
    return times;
  }

  private static Map<String, KernelModel> layers(
      Model model, Map<String, long[]> sizes, Form form, Set<String> nodes) {
    InferredShapes shapes = ShapeInference.infer(model, sizes);
    Map<String, KernelModel> layers = new LinkedHashMap<>();
    model.forEachNode(
        node -> {
          String label = Where.label(node);
          if (nodes.contains(label)) {
            Excerpt.of(model, List.of(node), shapes)
                .map(layer -> new KernelModel(node.opType(), layer, List.of(form)))
                .ifPresent(layer -> layers.put(label, layer));
          }
        });
    return layers;
  }

  private static List<KernelModel> distinct(Map<String, KernelModel> layers, Form form) {
    Map<Kernel, KernelModel> kernels = new LinkedHashMap<>();
    layers.values().forEach(layer -> kernels.putIfAbsent(layer.kernel(form), layer));
    return List.copyOf(kernels.values());
  }
}
