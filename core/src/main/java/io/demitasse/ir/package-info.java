/**
 * The intermediate representation: models, graphs, nodes, values and tensors as ONNX defines them,
 * wired by use-def links.
 *
 * <p>It knows structure and nothing of files, protobuf, runtimes or the meaning of any operator.
 */
@NullMarked
package io.demitasse.ir;

import org.jspecify.annotations.NullMarked;
