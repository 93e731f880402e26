package io.demitasse.sensitivity;

/**
 * What changing one layer alone does to the outputs.
 *
 * @param node the node's label
 * @param error energy of the difference over energy of the output, averaged over samples: 0 is no
 *     change, 0.01 is 20 dB
 */
public record LayerError(String node, double error) {}
