/**
 * ONNX files read and written, and models run by ONNX Runtime.
 *
 * <p>It knows protobuf, external data and native sessions, and nothing of what is done to a model
 * in between.
 */
@NullMarked
package io.demitasse.onnx;

import org.jspecify.annotations.NullMarked;
