package io.demitasse.onnx;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataLocation;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.demitasse.error.DemitasseException;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Model;
import io.demitasse.ir.Tensor;
import io.demitasse.ir.Value;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where every byte of a file goes, known before the content of any tensor is.
 *
 * <pre>
 *   model fields | graph: tag, length | graph fields | initializer | initializer | ...
 *                                                      |
 *                                                      tag, length, name, type, sizes [, tag, length, content]
 * </pre>
 *
 * <p>Protobuf leaves the order of fields free, so the initializers come last and each tensor ends
 * with its content.
 */
final class FileLayout {
  /**
   * Smaller initializers stay in the model file: where shapes and scalars are, runtimes look for
   * them.
   */
  static final long EXTERNAL_FROM_BYTES = 1024;

  /** What protobuf can hold in one message. */
  static final long LARGEST_FILE = Integer.MAX_VALUE;

  private static final long PAGE = 4096;
  private static final long CACHE_LINE = 64;
  private static final long PAGE_ALIGNED_FROM_BYTES = 1 << 20;

  /**
   * One initializer.
   *
   * @param announcement everything the model file says of it but its content
   * @param position of the announcement in the model file
   * @param external whether the content lies in the data file, or else behind the announcement
   * @param contentPosition of the content in its file
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Slot(
      Tensor tensor, byte[] announcement, long position, boolean external, long contentPosition) {
    /** Whether there is content beside the announcement. */
    boolean hasContent() {
      return tensor.dataType() != DataType.STRING;
    }

    long contentEnd() {
      return hasContent() ? contentPosition + tensor.byteSize() : contentPosition;
    }
  }

  private final ModelProto frame;
  private final GraphProto structure;
  private final long graphLength;
  private final List<Slot> slots;
  private final long modelBytes;
  private final long dataBytes;

  private FileLayout(
      ModelProto frame, GraphProto structure, List<Value> initializers, @Nullable String dataFile) {
    this.frame = frame;
    this.structure = structure;
    Announcer announcer = new Announcer(dataFile);
    List<Slot> relative = initializers.stream().map(announcer::announce).toList();
    long length = structure.getSerializedSize();
    for (Slot slot : relative) {
      length +=
          slot.announcement().length
              + (slot.external() || !slot.hasContent() ? 0 : slot.tensor().byteSize());
    }
    this.graphLength = length;
    long start = (long) frame.getSerializedSize() + graphTag().length;
    this.modelBytes = start + length;
    this.dataBytes = announcer.dataEnd;
    this.slots = placed(relative, start + structure.getSerializedSize());
  }

  /** Everything in one file. */
  static FileLayout inline(Model model) {
    return of(model, null);
  }

  /**
   * Initializers of at least {@value #EXTERNAL_FROM_BYTES} bytes in a data file.
   *
   * @param dataFile its name, without folder
   */
  static FileLayout external(Model model, String dataFile) {
    return of(model, dataFile);
  }

  private static FileLayout of(Model model, @Nullable String dataFile) {
    long inside = InnerTensors.bytes(model);
    if (inside > LARGEST_FILE) {
      throw DemitasseException.backendFailed(
          "Cannot write the model: the constants in its nodes and subgraphs have "
              + inside
              + " bytes, and an ONNX file holds at most "
              + LARGEST_FILE
              + ". Turn them into initializers of the main graph, which can lie in a file of their"
              + " own.",
          null);
    }
    return new FileLayout(
        ModelEncoder.frame(model),
        GraphEncoder.structure(model.graph()).build(),
        GraphEncoder.initializers(model.graph()),
        dataFile);
  }

  private static List<Slot> placed(List<Slot> relative, long start) {
    List<Slot> placed = new ArrayList<>();
    long position = start;
    for (Slot slot : relative) {
      long behind = position + slot.announcement().length;
      long content = slot.external() ? slot.contentPosition() : behind;
      Slot fixed = new Slot(slot.tensor(), slot.announcement(), position, slot.external(), content);
      placed.add(fixed);
      position = slot.external() ? behind : fixed.contentEnd();
    }
    return placed;
  }

  long modelBytes() {
    return modelBytes;
  }

  /** Bytes of the data file; 0 when there is none. */
  long dataBytes() {
    return dataBytes;
  }

  List<Slot> slots() {
    return slots;
  }

  /** Writes everything in front of the initializers. */
  void writeHeader(Target target) throws IOException {
    CodedOutputStream output = CodedOutputStream.newInstance(new TargetStream(target));
    frame.writeTo(output);
    output.writeRawBytes(graphTag());
    structure.writeTo(output);
    output.flush();
  }

  private byte[] graphTag() {
    return bytes(output -> tag(output, ModelProto.GRAPH_FIELD_NUMBER, graphLength));
  }

  private interface Encoding {
    void to(CodedOutputStream output) throws IOException;
  }

  private static byte[] bytes(Encoding encoding) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream output = CodedOutputStream.newInstance(bytes);
    try {
      encoding.to(output);
      output.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  private static void tag(CodedOutputStream output, int field, long length) throws IOException {
    output.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
    output.writeUInt64NoTag(length);
  }

  /** Announces initializers one by one and hands out places in the data file. */
  private static final class Announcer {
    private final @Nullable String dataFile;
    private long dataEnd;

    Announcer(@Nullable String dataFile) {
      this.dataFile = dataFile;
    }

    Slot announce(Value value) {
      Tensor tensor = GraphEncoder.content(value);
      TensorProto.Builder header =
          TensorEncoder.header(value.name(), tensor)
              .addAllMetadataProps(TensorEncoder.entries(value.metadata()));
      boolean stored = tensor.dataType() != DataType.STRING;
      if (dataFile != null && stored && tensor.byteSize() >= EXTERNAL_FROM_BYTES) {
        long offset = reserve(tensor.byteSize());
        header
            .setDataLocation(DataLocation.EXTERNAL)
            .addAllExternalData(TensorEncoder.entries(place(offset, tensor)));
        return new Slot(tensor, announcement(header.build(), null), 0, true, offset);
      }
      return new Slot(
          tensor, announcement(header.build(), stored ? tensor.byteSize() : null), 0, false, 0);
    }

    private long reserve(long bytes) {
      long alignment = bytes >= PAGE_ALIGNED_FROM_BYTES ? PAGE : CACHE_LINE;
      long offset = Math.ceilDiv(dataEnd, alignment) * alignment;
      dataEnd = offset + bytes;
      return offset;
    }

    private Map<String, String> place(long offset, Tensor tensor) {
      Map<String, String> place = new LinkedHashMap<>();
      place.put("location", String.valueOf(dataFile));
      place.put("offset", Long.toString(offset));
      place.put("length", Long.toString(tensor.byteSize()));
      return place;
    }

    /**
     * @param contentBytes length of the content that follows, or null when none does
     */
    private static byte[] announcement(TensorProto header, @Nullable Long contentBytes) {
      byte[] content =
          contentBytes == null
              ? new byte[0]
              : bytes(output -> tag(output, TensorProto.RAW_DATA_FIELD_NUMBER, contentBytes));
      long length =
          header.getSerializedSize() + content.length + (contentBytes == null ? 0 : contentBytes);
      return bytes(
          output -> {
            tag(output, GraphProto.INITIALIZER_FIELD_NUMBER, length);
            header.writeTo(output);
            output.writeRawBytes(content);
          });
    }
  }
}
