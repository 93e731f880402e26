package io.demitasse.search;

/**
 * One form that a layer can be given.
 *
 * @param form which of those that were measured on the whole part
 */
record LayerForm(int form, Estimate estimate) {}
