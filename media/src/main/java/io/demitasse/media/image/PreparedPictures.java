package io.demitasse.media.image;

import io.demitasse.ir.Tensor;
import java.util.List;

/**
 * A batch of pictures as a model takes it.
 *
 * @param tensor of type float, {@code [N, C, H, W]} or {@code [N, H, W, C]}
 * @param placements where each picture lies in it
 */
public record PreparedPictures(Tensor tensor, List<Placement> placements) {
  public PreparedPictures {
    placements = List.copyOf(placements);
  }
}
