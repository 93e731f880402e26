package io.demitasse.search;

/**
 * One way to settle a {@link LayerChoice}.
 *
 * @param form which of the attempts on the whole part it is taken from
 */
record LayerForm(int form, Estimate estimate) {}
