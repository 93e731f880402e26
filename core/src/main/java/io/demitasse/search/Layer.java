package io.demitasse.search;

/**
 * A layer that a step can change, and what that means.
 *
 * @param node its label
 * @param error what changing it alone does to the outputs of its part: the energy of the difference
 *     relative to that of the output; at least 0
 * @param bytes of its weights as they are now
 * @param multiplyAccumulates of one run; 0 where that is not known
 */
record Layer(String node, double error, long bytes, long multiplyAccumulates) {}
