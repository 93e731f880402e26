package io.demitasse.media.task;

import io.demitasse.data.Samples;
import io.demitasse.evaluate.Task;
import io.demitasse.media.data.Dataset;

/** A task of pictures and of texts to choose from. */
interface GalleryTask extends Task {
  Gallery gallery();

  @Override
  default Dataset samples() {
    return gallery().samples();
  }

  @Override
  default Samples calibration() {
    return gallery().calibration();
  }
}
