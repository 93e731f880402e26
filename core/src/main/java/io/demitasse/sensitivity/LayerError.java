package io.demitasse.sensitivity;

/**
 * What is off on account of a layer: the outputs of the part when it alone is changed ({@link
 * Sensitivity}), or its own output in the result ({@link OutputErrors}).
 *
 * @param node the node's label
 * @param error energy of the difference over energy of what is right: 0 is no change, 0.01 is 20 dB
 */
public record LayerError(String node, double error) {}
