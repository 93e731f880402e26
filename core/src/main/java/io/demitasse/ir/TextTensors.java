package io.demitasse.ir;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.StringJoiner;
import java.util.zip.CRC32;

/** Tensors in text graphs. */
final class TextTensors {
  private TextTensors() {}

  static String print(SparseTensor sparse) {
    return "sparse "
        + sparse.sizes().toString().replace(" ", "")
        + " "
        + TextGraphPrinter.name(sparse.name())
        + " "
        + print(sparse.values())
        + " "
        + print(sparse.indices());
  }

  static String print(Tensor tensor) {
    if (tensor.elementCount() > TextGraph.INLINE_ELEMENTS) {
      return tensor + " #" + checksum(tensor);
    }
    if (tensor.dataType() == DataType.STRING) {
      StringJoiner elements = new StringJoiner(", ", "{", "}");
      tensor.strings().forEach(element -> elements.add(bytes(element)));
      return tensor + " " + elements;
    }
    MemorySegment content = tensor.bytes();
    return tensor
        + " "
        + (hasDecimalForm(tensor, content)
            ? decimal(tensor, content)
            : hex(content.toArray(ValueLayout.JAVA_BYTE)));
  }

  /** A byte string: quoted where it is UTF-8, hexadecimal elsewhere. */
  static String bytes(byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return TextLexer.quote(text);
    } catch (CharacterCodingException _) {
      return hex(bytes);
    }
  }

  private static String hex(byte[] bytes) {
    return "x\"" + HexFormat.of().formatHex(bytes) + "\"";
  }

  private static String checksum(Tensor tensor) {
    CRC32 sum = new CRC32();
    if (tensor.dataType() == DataType.STRING) {
      for (byte[] element : tensor.strings()) {
        sum.update(ByteBuffer.allocate(4).putInt(element.length).flip());
        sum.update(element);
      }
    } else {
      // Over copies: native code that reads a mapped file which was cut short ends the process.
      MemorySegment bytes = tensor.bytes();
      for (long from = 0; from < bytes.byteSize(); from += 1 << 20) {
        long length = Math.min(1 << 20, bytes.byteSize() - from);
        sum.update(bytes.asSlice(from, length).toArray(ValueLayout.JAVA_BYTE));
      }
    }
    return HexFormat.of().toHexDigits(sum.getValue(), 8);
  }

  /**
   * Whether every bit survives being written as decimal numbers; unusual NaNs and padding do not.
   */
  private static boolean hasDecimalForm(Tensor tensor, MemorySegment content) {
    DataType type = tensor.dataType();
    boolean real = isDecimalReal(type);
    if (!real && !Elements.isInteger(type)) {
      return false;
    }
    MemorySegment again = MemorySegment.ofArray(new byte[Math.toIntExact(content.byteSize())]);
    for (long i = 0; i < tensor.elementCount(); i++) {
      if (real) {
        double number = Elements.real(type, content, i);
        Elements.putReal(type, again, i, Double.isNaN(number) ? Double.NaN : number);
      } else {
        long number = Elements.integer(type, content, i);
        Elements.putInteger(type, again, i, type == DataType.BOOL ? Math.min(number, 1) : number);
      }
    }
    return again.mismatch(content) < 0;
  }

  private static boolean isDecimalReal(DataType type) {
    return switch (type) {
      case FLOAT, DOUBLE, FLOAT16, BFLOAT16 -> true;
      default -> false;
    };
  }

  private static String decimal(Tensor tensor, MemorySegment content) {
    StringJoiner elements = new StringJoiner(", ", "{", "}");
    for (long i = 0; i < tensor.elementCount(); i++) {
      elements.add(element(tensor.dataType(), content, i));
    }
    return elements.toString();
  }

  private static String element(DataType type, MemorySegment content, long index) {
    if (isDecimalReal(type)) {
      double number = Elements.real(type, content, index);
      if (Double.isInfinite(number) || Double.isNaN(number)) {
        return Double.isNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
      }
      String text =
          type == DataType.DOUBLE ? Double.toString(number) : Float.toString((float) number);
      return text.replace('E', 'e').replaceFirst("\\.0(?=e|$)", "");
    }
    long number = Elements.integer(type, content, index);
    return switch (type) {
      case BOOL -> Boolean.toString(number != 0);
      case UINT64 -> Long.toUnsignedString(number);
      default -> Long.toString(number);
    };
  }

  // ---- parsing ----

  /** Whether a tensor begins here, dense or sparse. */
  static boolean begins(TextReader reader) {
    TextToken word = reader.peek();
    return reader.peekSecond().isSymbol("[")
        && (TextTypes.isDataType(word) || word.isWord("sparse"));
  }

  static SparseTensor parseSparse(TextReader reader) {
    reader.next();
    reader.symbol("[");
    List<Long> sizes = new ArrayList<>();
    reader.list("]", () -> sizes.add(reader.integer("a size")));
    String name = reader.name("the name of the sparse tensor");
    return new SparseTensor(name, parse(reader), parse(reader), sizes);
  }

  static Tensor parse(TextReader reader) {
    TextToken start = reader.peek();
    if (!(TextTypes.parse(reader) instanceof ValueType.OfTensor(DataType type, Shape shape))
        || shape == null
        || !shape.isFixed()) {
      throw TextLexer.problem(
          "expected a tensor type with a fixed shape, such as float[2,3]", start);
    }
    long[] sizes = shape.sizes();
    TextToken content = reader.next();
    if (content.isSymbol("{")) {
      return elements(type, sizes, start, reader);
    }
    if (content.kind() == TextToken.Kind.HEX) {
      byte[] bytes = fromHex(content);
      requireCount(
          type, sizes, type.bytes(Tensor.elementCount(sizes)), bytes.length, "bytes", start);
      return Tensor.of(type, sizes, MemorySegment.ofArray(bytes));
    }
    if (content.isSymbol("~")) {
      return filled(type, sizes, start, reader);
    }
    if (content.isSymbol("#")) {
      throw TextLexer.problem(
          "the content of this tensor is not in the text, only its checksum; write the elements in"
              + " braces or a fill such as ~ 7",
          content);
    }
    throw TextLexer.expected(
        "elements in {}, raw bytes as x\"...\", or a fill such as ~ 7", content);
  }

  static byte[] fromHex(TextToken token) {
    if (token.text().length() % 2 != 0) {
      throw TextLexer.problem(
          "expected an even number of hexadecimal digits, got " + token.text().length(), token);
    }
    return HexFormat.of().parseHex(token.text());
  }

  /** A byte string, quoted or hexadecimal. */
  static byte[] byteString(TextToken token) {
    return switch (token.kind()) {
      case QUOTED -> token.text().getBytes(StandardCharsets.UTF_8);
      case HEX -> fromHex(token);
      default -> throw TextLexer.expected("a quoted text", token);
    };
  }

  private static Tensor elements(DataType type, long[] sizes, TextToken start, TextReader reader) {
    List<TextToken> tokens = new ArrayList<>();
    reader.list("}", () -> tokens.add(reader.next()));
    long count = Tensor.elementCount(sizes);
    requireCount(type, sizes, count, tokens.size(), "elements", start);
    if (type == DataType.STRING) {
      return Tensor.ofStrings(sizes, tokens.stream().map(TextTensors::byteString).toList());
    }
    if (!isDecimalReal(type) && !Elements.isInteger(type)) {
      throw TextLexer.problem(
          "elements of type " + type.text() + " have no decimal form; give raw bytes as x\"...\"",
          start);
    }
    MemorySegment bytes = MemorySegment.ofArray(new byte[Math.toIntExact(type.bytes(count))]);
    for (int i = 0; i < tokens.size(); i++) {
      if (isDecimalReal(type)) {
        Elements.putReal(type, bytes, i, real(type, tokens.get(i)));
      } else {
        Elements.putInteger(type, bytes, i, integer(type, tokens.get(i)));
      }
    }
    return Tensor.of(type, sizes, bytes);
  }

  private static void requireCount(
      DataType type, long[] sizes, long expected, long got, String unit, TextToken at) {
    if (expected != got) {
      String shown = type.text() + Arrays.toString(sizes).replace(" ", "");
      throw TextLexer.problem(shown + " needs " + expected + " " + unit + ", got " + got, at);
    }
  }

  /** A number, {@code inf} or {@code nan}; floats are rounded once. */
  static double real(DataType type, TextToken token) {
    if (token.isWord("nan")) {
      return Double.NaN;
    }
    if (token.kind() != TextToken.Kind.NUMBER) {
      throw TextLexer.expected("a number", token);
    }
    String text = token.text().replace("inf", "Infinity");
    return type == DataType.DOUBLE ? Double.parseDouble(text) : Float.parseFloat(text);
  }

  private static long integer(DataType type, TextToken token) {
    if (type == DataType.BOOL) {
      if (token.isWord("true") || token.isWord("false")) {
        return token.isWord("true") ? 1 : 0;
      }
      throw TextLexer.expected("true or false", token);
    }
    BigInteger number = TextReader.integral(token);
    boolean signed = type.text().startsWith("int");
    BigInteger span = BigInteger.ONE.shiftLeft(type.bits() - (signed ? 1 : 0));
    BigInteger least = signed ? span.negate() : BigInteger.ZERO;
    if (number.compareTo(least) < 0 || number.compareTo(span) >= 0) {
      throw TextLexer.expected(
          type.text() + " of " + least + " to " + span.subtract(BigInteger.ONE), token);
    }
    return number.longValue();
  }

  private static Tensor filled(DataType type, long[] sizes, TextToken start, TextReader reader) {
    if (!isDecimalReal(type) && !Elements.isInteger(type)) {
      throw TextLexer.problem("a " + type.text() + " tensor cannot be filled", start);
    }
    long seed = reader.integer("the seed of the fill");
    if (!reader.acceptWord("in")) {
      if (!isDecimalReal(type)) {
        throw TextLexer.problem("a fill of integers needs a range, such as ~ 7 in [0, 9]", start);
      }
      return SeededFill.gaussian(type, sizes, seed);
    }
    reader.symbol("[");
    double low = real(DataType.DOUBLE, reader.next());
    reader.symbol(",");
    double high = real(DataType.DOUBLE, reader.next());
    reader.symbol("]");
    return SeededFill.uniform(type, sizes, seed, low, high);
  }
}
