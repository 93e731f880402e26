package io.demitasse.search;

import java.util.List;

/**
 * A layer that can be given a form.
 *
 * @param site the label of its node
 * @param forms those that it can be given; to leave it as it is, is always one more
 */
record LayerChoice(String site, List<LayerForm> forms) {
  LayerChoice {
    forms = List.copyOf(forms);
  }

  /** What the fastest form adds to the time; at most 0, for it may be left as it is. */
  double leastTime() {
    return forms.stream().mapToDouble(form -> Math.min(0, form.estimate().time())).min().orElse(0);
  }

  /** The number of a form among those that it can be given, from 1 on; 0 where it is not. */
  int number(int form) {
    return 1 + forms.stream().map(LayerForm::form).toList().indexOf(form);
  }
}
