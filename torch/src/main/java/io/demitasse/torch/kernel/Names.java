package io.demitasse.torch.kernel;

import org.bytedeco.javacpp.BytePointer;

/** Names that native code is given and looks at later. */
final class Names {
  private Names() {}

  /**
   * One that stays, whatever scope it is made in: native code keeps where it lies, and a scope
   * would free it.
   */
  static BytePointer lasting(String name) {
    BytePointer pointer = new BytePointer(name);
    pointer.retainReference();
    return pointer;
  }
}
