package io.demitasse.search;

/**
 * One way to settle a {@link Choice}.
 *
 * @param form which of the attempts on the whole part it is taken from
 */
record Option(int form, Estimate estimate) {}
