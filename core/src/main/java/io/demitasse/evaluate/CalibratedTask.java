package io.demitasse.evaluate;

import io.demitasse.data.Samples;

/** A task that is calibrated on samples which it does not score. */
record CalibratedTask(Task task, Samples calibration) implements ForwardingTask {}
