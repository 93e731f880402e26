package io.demitasse.torch.kernel;

import io.demitasse.ir.DataType;
import io.demitasse.port.Trainer;
import java.lang.foreign.MemorySegment;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Tensors of libtorch, and how elements of ONNX are kept in them: floats of all widths and whole
 * numbers of 8 bits and less as floats, so that gradients pass what is quantized; all other whole
 * numbers with 64 bits; truth values as such.
 */
public final class Tensors {
  private static final int PIECE = 1 << 16;

  /** Of the whole process, as the threads of libtorch are. */
  private static volatile Trainer.Device device = Trainer.Device.CPU;

  private Tensors() {}

  /** How elements of a type are kept. */
  public static ScalarType kept(DataType type, boolean doubles) {
    return switch (type) {
      case BOOL -> ScalarType.Bool;
      case INT16, UINT16, INT32, UINT32, INT64, UINT64 -> ScalarType.Long;
      case STRING, COMPLEX64, COMPLEX128 ->
          throw new IllegalArgumentException("no tensor of libtorch holds " + type.text());
      default -> doubles ? ScalarType.Double : ScalarType.Float;
    };
  }

  /** Makes all tensors on a device from now on. */
  public static void computeOn(Trainer.Device other) {
    device = other;
  }

  /** A tensor in the memory of this process, with content that may be anything. */
  private static Tensor empty(ScalarType type, long... sizes) {
    return torch.empty(sizes, new TensorOptions(type), new MemoryFormatOptional());
  }

  /** The same tensor where everything is computed. */
  static Tensor placed(Tensor made) {
    return device == Trainer.Device.CPU ? made : made.cuda();
  }

  /** How a tensor is made where everything is computed. */
  public static TensorOptions options(ScalarType type) {
    TensorOptions options = new TensorOptions(type);
    return device == Trainer.Device.CPU
        ? options
        : options.device(new DeviceOptional(new Device(torch.DeviceType.CUDA)));
  }

  /** The elements of a tensor in the memory of this process, one after the other. */
  private static Tensor here(Tensor tensor, ScalarType type) {
    return tensor.detach().to(type).cpu().contiguous();
  }

  /** A copy of one of ours. */
  public static Tensor of(io.demitasse.ir.Tensor tensor, boolean doubles) {
    ScalarType type = kept(tensor.dataType(), doubles);
    Tensor made = empty(type, tensor.sizes());
    MemorySegment to = content(made);
    if (isAsIs(tensor.dataType(), type)) {
      MemorySegment.copy(tensor.bytes(), 0, to, 0, to.byteSize());
      return placed(made);
    }
    long count = tensor.elementCount();
    for (long from = 0; from < count; from += PIECE) {
      convert(tensor, from, (int) Math.min(PIECE, count - from), to, type);
    }
    return placed(made);
  }

  private static boolean isAsIs(DataType from, ScalarType to) {
    return switch (to) {
      case Float -> from == DataType.FLOAT;
      case Double -> from == DataType.DOUBLE;
      case Long -> from == DataType.INT64;
      default -> from == DataType.BOOL;
    };
  }

  private static void convert(
      io.demitasse.ir.Tensor tensor, long from, int count, MemorySegment to, ScalarType type) {
    if (type == ScalarType.Long) {
      long[] elements = tensor.toLongs(from, count);
      for (int i = 0; i < count; i++) {
        to.setAtIndex(io.demitasse.ir.Tensor.I64, from + i, elements[i]);
      }
      return;
    }
    float[] elements = tensor.toFloats(from, count);
    for (int i = 0; i < count; i++) {
      if (type == ScalarType.Double) {
        to.setAtIndex(io.demitasse.ir.Tensor.F64, from + i, elements[i]);
      } else {
        to.setAtIndex(io.demitasse.ir.Tensor.F32, from + i, elements[i]);
      }
    }
  }

  /** One of ours with the same elements, in the type that they are kept in here. */
  public static io.demitasse.ir.Tensor toOurs(Tensor tensor) {
    return toOurs(
        tensor,
        switch (type(tensor)) {
          case Bool -> DataType.BOOL;
          case Long -> DataType.INT64;
          case Double -> DataType.DOUBLE;
          default -> DataType.FLOAT;
        });
  }

  /**
   * One of ours with the same elements in a type of its own.
   *
   * @param tensor whole numbers in the range of the type, where that is one of integers
   */
  public static io.demitasse.ir.Tensor toOurs(Tensor tensor, DataType type) {
    ScalarType same =
        switch (type) {
          case BOOL -> ScalarType.Bool;
          case UINT8 -> ScalarType.Byte;
          case INT8 -> ScalarType.Char;
          case INT32 -> ScalarType.Int;
          case INT64 -> ScalarType.Long;
          case FLOAT -> ScalarType.Float;
          case DOUBLE -> ScalarType.Double;
          default -> null;
        };
    if (same == null) {
      return io.demitasse.ir.Tensor.ofNumbers(type, sizes(tensor), doubles(tensor));
    }
    Tensor whole = here(tensor, same);
    byte[] bytes = content(whole).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
    return io.demitasse.ir.Tensor.of(type, sizes(tensor), MemorySegment.ofArray(bytes));
  }

  /** The memory of a contiguous tensor in this process, as long as it lives. */
  @SuppressWarnings("restricted") // what libtorch hands out is an address and a length
  public static MemorySegment content(Tensor tensor) {
    long bytes = tensor.numel() * tensor.element_size();
    return bytes == 0
        ? MemorySegment.ofArray(new byte[0])
        : MemorySegment.ofAddress(tensor.data_ptr().address()).reinterpret(bytes);
  }

  /** How elements are kept; what native code gives has to be made one of the constants. */
  public static ScalarType type(Tensor tensor) {
    return tensor.scalar_type().intern();
  }

  public static long[] sizes(Tensor tensor) {
    long[] sizes = new long[rank(tensor)];
    for (int axis = 0; axis < sizes.length; axis++) {
      sizes[axis] = tensor.size(axis);
    }
    return sizes;
  }

  public static int rank(Tensor tensor) {
    return (int) tensor.dim();
  }

  /** All elements as whole numbers. */
  public static long[] longs(Tensor tensor) {
    Tensor whole = here(tensor, ScalarType.Long);
    return content(whole).toArray(io.demitasse.ir.Tensor.I64);
  }

  /** The first element as a number. */
  public static double number(Tensor tensor) {
    return tensor.detach().to(ScalarType.Double).contiguous().item_double();
  }

  /** All elements as numbers. */
  public static double[] doubles(Tensor tensor) {
    Tensor whole = here(tensor, ScalarType.Double);
    return content(whole).toArray(io.demitasse.ir.Tensor.F64);
  }

  public static Tensor ofDoubles(double... elements) {
    Tensor made = empty(ScalarType.Double, elements.length);
    MemorySegment.copy(
        MemorySegment.ofArray(elements),
        0,
        content(made),
        0,
        (long) elements.length * Double.BYTES);
    return placed(made);
  }

  public static Tensor ofLongs(long... elements) {
    Tensor made = empty(ScalarType.Long, elements.length);
    MemorySegment.copy(
        MemorySegment.ofArray(elements), 0, content(made), 0, (long) elements.length * Long.BYTES);
    return placed(made);
  }

  public static boolean isFloat(Tensor tensor) {
    ScalarType type = type(tensor);
    return type == ScalarType.Float || type == ScalarType.Double || type == ScalarType.BFloat16;
  }

  /** An axis that may be counted from the last. */
  public static int axis(long axis, int rank) {
    return (int) (axis < 0 ? axis + rank : axis);
  }

  public static TensorVector vector(Tensor... tensors) {
    TensorVector vector = new TensorVector();
    for (Tensor tensor : tensors) {
      vector.push_back(tensor);
    }
    return vector;
  }

  /** That a result has the type that follows from the input. */
  public static ScalarTypeOptional noType() {
    return new ScalarTypeOptional();
  }
}
