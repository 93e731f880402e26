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
import io.demitasse.port.ModelFormat;
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
  static final long EXTERNAL_FROM_BYTES = ModelFormat.SHARED_FROM_BYTES;

  /** What protobuf can hold in one message. */
  static final long LARGEST_FILE = Integer.MAX_VALUE;

  /** Where the content of an initializer lies. */
  enum Place {
    /** Behind its announcement. */
    MODEL,
    /** In the data file of the model. */
    DATA,
    /** In a data file that several models have in common. */
    SHARED
  }

  /**
   * One initializer.
   *
   * @param announcement everything the model file says of it but its content
   * @param position of the announcement in the model file
   * @param contentPosition of the content in its file
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Slot(
      Tensor tensor, byte[] announcement, long position, Place place, long contentPosition) {
    /** Whether there is content beside the announcement. */
    boolean hasContent() {
      return tensor.dataType() != DataType.STRING;
    }

    /** Bytes of content in the model file. */
    long innerBytes() {
      return place == Place.MODEL && hasContent() ? tensor.byteSize() : 0;
    }
  }

  private final ModelProto frame;
  private final GraphProto structure;
  private final long graphLength;
  private final List<Slot> slots;
  private final long modelBytes;
  private final long dataBytes;

  private FileLayout(
      ModelProto frame, GraphProto structure, List<Value> initializers, Announcer announcer) {
    this.frame = frame;
    this.structure = structure;
    List<Slot> relative = initializers.stream().map(announcer::announce).toList();
    long length = structure.getSerializedSize();
    for (Slot slot : relative) {
      length += slot.announcement().length + slot.innerBytes();
    }
    this.graphLength = length;
    long start = (long) frame.getSerializedSize() + graphTag().length;
    this.modelBytes = start + length;
    this.dataBytes = announcer.data == null ? 0 : announcer.data.bytes();
    this.slots = placed(relative, start + structure.getSerializedSize());
  }

  /** Everything in one file. */
  static FileLayout inline(Model model) {
    return inline(model, SharedWeights.NONE);
  }

  /** Everything in one file but what the model has in common with others. */
  static FileLayout inline(Model model, SharedWeights shared) {
    return of(model, new Announcer(null, shared));
  }

  /**
   * Initializers of at least {@value #EXTERNAL_FROM_BYTES} bytes in a data file.
   *
   * @param dataFile its name, without folder
   */
  static FileLayout external(Model model, String dataFile) {
    return external(model, dataFile, SharedWeights.NONE);
  }

  /** The same but for what the model has in common with others. */
  static FileLayout external(Model model, String dataFile, SharedWeights shared) {
    return of(model, new Announcer(new DataFile(dataFile), shared));
  }

  private static FileLayout of(Model model, Announcer announcer) {
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
        announcer);
  }

  private static List<Slot> placed(List<Slot> relative, long start) {
    List<Slot> placed = new ArrayList<>();
    long position = start;
    for (Slot slot : relative) {
      long behind = position + slot.announcement().length;
      long content = slot.place() == Place.MODEL ? behind : slot.contentPosition();
      placed.add(new Slot(slot.tensor(), slot.announcement(), position, slot.place(), content));
      position = behind + slot.innerBytes();
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

  /**
   * Announces initializers one by one.
   *
   * @param data of the model itself; null when it has none
   */
  private record Announcer(@Nullable DataFile data, SharedWeights shared) {

    /**
     * A place outside the model file.
     *
     * @param file without folder
     */
    private record Outside(Place place, String file, long offset) {
      Map<String, String> entries(Tensor tensor) {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put("location", file);
        entries.put("offset", Long.toString(offset));
        entries.put("length", Long.toString(tensor.byteSize()));
        return entries;
      }
    }

    Slot announce(Value value) {
      Tensor tensor = GraphEncoder.content(value);
      TensorProto.Builder header =
          TensorEncoder.header(value.name(), tensor)
              .addAllMetadataProps(TensorEncoder.entries(value.metadata()));
      Outside outside = outside(tensor);
      if (outside != null) {
        header
            .setDataLocation(DataLocation.EXTERNAL)
            .addAllExternalData(TensorEncoder.entries(outside.entries(tensor)));
        byte[] announcement = announcement(header.build(), null);
        return new Slot(tensor, announcement, 0, outside.place(), outside.offset());
      }
      boolean stored = tensor.dataType() != DataType.STRING;
      byte[] announcement = announcement(header.build(), stored ? tensor.byteSize() : null);
      return new Slot(tensor, announcement, 0, Place.MODEL, 0);
    }

    private @Nullable Outside outside(Tensor tensor) {
      Long common = shared.offsets().get(tensor);
      if (common != null) {
        return new Outside(Place.SHARED, shared.file(), common);
      }
      return data != null && SharedWeights.canLieOutside(tensor)
          ? new Outside(Place.DATA, data.name(), data.reserve(tensor.byteSize()))
          : null;
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
