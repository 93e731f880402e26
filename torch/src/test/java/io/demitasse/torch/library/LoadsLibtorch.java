package io.demitasse.torch.library;

import org.bytedeco.pytorch.global.torch;

/** A program that loads libtorch and computes with it. */
final class LoadsLibtorch {
  private LoadsLibtorch() {}

  public static void main(String[] arguments) {
    Libtorch.load();
    System.out.println("sum " + torch.ones(3).sum().item_double());
  }
}
