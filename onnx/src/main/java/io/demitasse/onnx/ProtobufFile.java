package io.demitasse.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Parses a mapped file so that byte fields are views of the mapping and never copied. */
final class ProtobufFile {
  private static final int SHOWN_CHARACTERS = 40;

  private ProtobufFile() {}

  /** The model in a file, which has a graph. */
  static ModelProto parse(Source source) {
    MemorySegment bytes = map(source.file());
    if (bytes.byteSize() == 0) {
      throw source.bad("is empty, expected an ONNX model. Was its download or export interrupted?");
    }
    if (bytes.byteSize() > Integer.MAX_VALUE) {
      throw source.bad(
          "has "
              + bytes.byteSize()
              + " bytes, and an ONNX file holds at most "
              + Integer.MAX_VALUE
              + ". Export it again with its weights as external data.");
    }
    // Only a stream made from a ByteString counts as immutable, and only then does aliasing apply.
    CodedInputStream input = UnsafeByteOperations.unsafeWrap(bytes.asByteBuffer()).newCodedInput();
    input.enableAliasing(true);
    try {
      ModelProto model = ModelProto.parseFrom(input);
      input.checkLastTagWas(0);
      if (!model.hasGraph()) {
        throw source.bad(
            otherKind(bytes)
                .orElse("holds no graph, expected an ONNX model. It is of another format."));
      }
      return model;
    } catch (InvalidProtocolBufferException e) {
      throw source.bad(
          otherKind(bytes).orElseGet(() -> complaint(bytes, input.getTotalBytesRead(), e)));
    } catch (IOException e) {
      throw DemitasseException.backendFailed(
          "Cannot read " + source.file() + ": " + Reason.of(e), e);
    }
  }

  /**
   * A read-only view of a whole file, which stays mapped as long as anything of it is reachable.
   */
  static MemorySegment map(Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      return channel.map(MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
    } catch (IOException e) {
      throw DemitasseException.badRequest(
          "Cannot read " + file + ": " + Reason.of(e) + ". Check that it may be read.");
    }
  }

  /** What the file is, when it is one of the things that often bear a model's name. */
  private static Optional<String> otherKind(MemorySegment bytes) {
    String start = start(bytes);
    if (start.startsWith("version https://git-lfs")) {
      return Optional.of(
          "is a Git LFS pointer, expected the ONNX model it stands for. Fetch it with 'git lfs"
              + " pull'.");
    }
    return start.length() == Math.min(SHOWN_CHARACTERS, bytes.byteSize())
        ? Optional.of(
            "is a text file that starts with '" + start + "', expected an ONNX model (protobuf).")
        : Optional.empty();
  }

  private static String complaint(
      MemorySegment bytes, long offset, InvalidProtocolBufferException e) {
    String message = String.valueOf(e.getMessage());
    if (message.contains("nesting") || message.contains("recursion")) {
      return "graphs are nested too deeply at byte "
          + offset
          + ", expected at most about 30 levels.";
    }
    if (message.contains("ended unexpectedly")) {
      return "breaks off: a field that begins before byte "
          + offset
          + " runs past the end of the file at byte "
          + bytes.byteSize()
          + ". It is truncated or no ONNX model; download or export it again.";
    }
    return "is no ONNX model: what stands at byte "
        + offset
        + " of "
        + bytes.byteSize()
        + " is not protobuf. It is damaged or of another format; download or export it again.";
  }

  /** The printable characters the file starts with. */
  private static String start(MemorySegment bytes) {
    int length = 0;
    while (length < Math.min(SHOWN_CHARACTERS, bytes.byteSize())
        && isText(bytes.get(ValueLayout.JAVA_BYTE, length))) {
      length++;
    }
    byte[] text = bytes.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    return new String(text, StandardCharsets.US_ASCII).replaceAll("\\s", " ");
  }

  private static boolean isText(byte character) {
    return switch (character) {
      case '\n', '\r', '\t' -> true;
      default -> character >= ' ' && character < 127;
    };
  }
}
