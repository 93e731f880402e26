package io.demitasse.pipeline;

/**
 * What a pass told of one node.
 *
 * @param pass the pass that told it, as recipes spell it
 * @param applied whether the node was changed; otherwise it was left alone for the reason given
 * @param node the node's label; empty, like the operator, when no node alone was changed
 * @param operator the node's operator
 */
public record Change(
    String pass, boolean applied, String part, String node, String operator, String text) {}
