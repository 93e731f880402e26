package io.demitasse.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtException.OrtErrorCode;
import org.junit.jupiter.api.Test;

class RuntimeMessageTest {
  private static String message(String text) {
    return RuntimeMessage.of(new OrtException(OrtErrorCode.ORT_FAIL, text));
  }

  @Test
  void codesAndTemporaryFilesAreLeftOut() {
    assertThat(
            message(
                "Load model from /tmp/x.onnx failed:Fatal error: a:B(-1) is not a registered"
                    + " function/op"))
        .isEqualTo("Fatal error: a:B(-1) is not a registered function/op");
  }

  @Test
  void placesInTheRuntimesSourceAreLeftOut() {
    assertThat(
            message(
                "Non-zero status code returned while running Add node. Name:'adder' Status Message:"
                    + " /onnxruntime_src/onnxruntime/core/providers/cpu/math/element_wise_ops.h:563"
                    + " void onnxruntime::BroadcastIterator::Init(ptrdiff_t,"
                    + " std::function<void(int)>) const [with T = float] axis == 1 was false.\n"
                    + "Cannot broadcast 2 by 3"))
        .isEqualTo("Add node 'adder': axis == 1 was false. Cannot broadcast 2 by 3");
  }

  @Test
  void unbalancedSignaturesAreKept() {
    assertThat(message("/src/a.cc:1 void f(int")).isEqualTo("/src/a.cc:1 void f(int");
  }

  @Test
  void namesOfAnyLengthAreTakenApartInNoTime() {
    String name = "n".repeat(1_000_000);

    assertThat(message("while running " + name + " node " + "a.b:".repeat(500_000)))
        .startsWith("while running nnn")
        .hasSizeLessThan(500);
  }

  @Test
  void anOperatorWithoutKernelComesWithWhatCanBeDone() {
    assertThat(
            RuntimeMessage.advised(
                new OrtException(
                    OrtErrorCode.ORT_FAIL,
                    "Load model from /tmp/x.onnx failed:Fatal error: my.domain:Foo(-1) is not a"
                        + " registered function/op")))
        .startsWith("it has no kernel for operator 'Foo' of domain 'my.domain'.")
        .contains("'demitasse inspect'", "cannot be loaded here");
  }

  @Test
  void longMessagesAreCut() {
    assertThat(message("x".repeat(1000))).isEqualTo("x".repeat(400) + "...");
  }
}
