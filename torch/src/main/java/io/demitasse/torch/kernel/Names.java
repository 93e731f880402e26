package io.demitasse.torch.kernel;

import org.bytedeco.javacpp.BytePointer;

/**
 * Names that native code is given and looks at later. They are made when the first is used, which
 * is after native code was loaded: that a kernel exists can be asked where there is none.
 */
final class Names {
  static final BytePointer NONE = lasting("none");
  static final BytePointer TANH = lasting("tanh");
  static final BytePointer TRUNCATED = lasting("trunc");

  private Names() {}

  /**
   * One that stays, whatever scope it is made in: native code keeps where it lies, and a scope
   * would free it.
   */
  private static BytePointer lasting(String name) {
    BytePointer pointer = new BytePointer(name);
    pointer.retainReference();
    return pointer;
  }
}
