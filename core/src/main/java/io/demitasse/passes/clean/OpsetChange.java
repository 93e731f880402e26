package io.demitasse.passes.clean;

import java.util.function.Function;

/**
 * What has to be done to a node of an operator where a version of the operator set changed it.
 *
 * @param version the first version with the change
 * @param rewriter changes the node and says how; an empty text says that it means the same as
 *     before
 */
record OpsetChange(int version, Function<NodeConversion, String> rewriter) {}
