package io.demitasse.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.demitasse.port.Runtime.NodeTime;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProfileFileTest {
  @TempDir Path folder;

  @Test
  void kernelTimesAreSummedByNodeWhateverTheirNames() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("profile.json"),
            """
            [
            {"cat" : "Session","pid" :1,"tid" :1,"dur" :900,"ts" :1,"ph" : "X","name" :"model_run","args" : {}},
            {"cat" : "Node","pid" :1,"tid" :1,"dur" :7,"ts" :2,"ph" : "X","name" :"a_kernel_time","args" : {"op_name" : "Add","provider" : "CPUExecutionProvider","node_index" : "0"}},
            {"cat" : "Node","pid" :1,"tid" :1,"dur" :1,"ts" :2,"ph" : "X","name" :"a_fence_before","args" : {"op_name" : "Add"}},
            {"cat" : "Node","pid" :1,"tid" :1,"dur" :5,"ts" :3,"ph" : "X","name" :"say "hi"\\n","args":_kernel_time","args" : {"provider" : "P","op_name" : "Mul"}},
            {"cat" : "Node","pid" :1,"tid" :1,"dur" :4,"ts" :9,"ph" : "X","name" :"a_kernel_time","args" : {"op_name" : "Add","provider" : "CPUExecutionProvider"}}
            ]
            """);

    assertThat(ProfileFile.read(file))
        .containsExactly(
            new NodeTime("a", "Add", "CPUExecutionProvider", 11, 2),
            new NodeTime("say \"hi\"\\n\",\"args\":", "Mul", "P", 5, 1));
  }

  @Test
  void whatCannotBeReadIsToldInPlainWords() {
    Path missing = folder.resolve("missing");

    assertThatThrownBy(() -> ProfileFile.read(missing))
        .hasMessage("Cannot read the profile " + missing + ": there is no such file");
    assertThatThrownBy(() -> ProtobufFile.map(missing))
        .hasMessage(
            "Cannot read " + missing + ": there is no such file. Check that it may be read.");
  }
}
