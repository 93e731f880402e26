package io.demitasse.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.cost.Kernel;
import io.demitasse.ir.Model;
import io.demitasse.port.Ports;
import io.demitasse.port.Runtime;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every standard kernel can be written in every form, and the runtime takes it. */
class StandardKernelsTest {
  private static final Runtime RUNTIME = Ports.find().runtime();
  private static final KernelTimer TIMER = KernelTimer.of(RUNTIME, 2);

  @Test
  void everyFormIsWrittenByItsPassesAndIsNotTheOther() {
    Set<Kernel> seen = new HashSet<>();
    for (KernelModel model : StandardKernels.all()) {
      KernelTask task = KernelTask.of(model.model());
      for (Form form : model.forms()) {
        Kernel kernel = model.kernel(form);
        Optional<Model> before = TIMER.written(model.model(), form.before(), task);
        Optional<Model> after = TIMER.written(model.model(), form.passes(), task);

        assertThat(before).as("%s, against", kernel).isPresent();
        assertThat(after).as("%s", kernel).isPresent();
        assertThat(operators(after.get())).as("%s", kernel).isNotEqualTo(operators(before.get()));
        assertThat(RUNTIME.refuses(after.get())).as("%s", kernel).isEmpty();
        assertThat(seen.add(kernel)).as("%s is listed once", kernel).isTrue();
      }
    }
  }

  private static String operators(Model model) {
    return model.graph().nodes().stream().map(node -> node.opType()).toList().toString();
  }
}
