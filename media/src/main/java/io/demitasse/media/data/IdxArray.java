package io.demitasse.media.data;

import io.demitasse.error.DemitasseException;
import io.demitasse.error.Reason;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * An array of bytes in the IDX format of the MNIST database (LeCun, Cortes, Burges, 1998), plain or
 * compressed by gzip.
 *
 * <pre>
 *   0 0 | 8: unsigned bytes | dimensions | size of each | elements, the last index varies fastest
 *    2  |         1         |      1     |   4, big-endian, each
 * </pre>
 *
 * @param sizes all positive
 */
@SuppressWarnings("ArrayRecordComponent")
record IdxArray(int[] sizes, byte[] elements) {
  private static final int UNSIGNED_BYTES = 8;

  /**
   * Reads a file. Nothing is believed that the length of the content does not bear out.
   *
   * @param dimensions how many there have to be
   * @throws DemitasseException (bad request) when it is no such array, naming the file
   */
  static IdxArray read(Path file, int dimensions) {
    try (InputStream in = Files.newInputStream(file);
        InputStream plain =
            String.valueOf(file.getFileName()).endsWith(".gz") ? new GZIPInputStream(in) : in;
        DataInputStream data = new DataInputStream(new BufferedInputStream(plain, 1 << 16))) {
      int[] sizes = header(data, dimensions);
      int expected = count(sizes);
      byte[] elements = data.readNBytes(expected);
      if (elements.length < expected || data.read() >= 0) {
        throw DemitasseException.badRequest(
            String.format(
                Locale.ROOT,
                "its header says %s, %,d bytes, but it holds %s",
                Arrays.toString(sizes),
                expected,
                elements.length < expected
                    ? String.format(Locale.ROOT, "%,d", elements.length)
                    : "more"));
      }
      return new IdxArray(sizes, elements);
    } catch (EOFException e) {
      throw unusable(file, "it ends within its header or its compressed content", e);
    } catch (ZipException e) {
      throw unusable(file, "it is not compressed by gzip as its name says", e);
    } catch (IOException e) {
      throw LineSamples.cannotRead(file, e);
    } catch (DemitasseException e) {
      throw unusable(file, Reason.of(e), e);
    }
  }

  private static int[] header(DataInputStream data, int dimensions) throws IOException {
    int magic = data.readInt();
    int expected = (UNSIGNED_BYTES << 8) | dimensions;
    if (magic != expected) {
      throw DemitasseException.badRequest(
          String.format(
              Locale.ROOT,
              "it begins with %08x, expected %08x: unsigned bytes in %d dimensions",
              magic,
              expected,
              dimensions));
    }
    int[] sizes = new int[dimensions];
    for (int i = 0; i < dimensions; i++) {
      sizes[i] = data.readInt();
    }
    return sizes;
  }

  private static int count(int[] sizes) {
    long count = 1;
    for (int size : sizes) {
      if (size < 1 || size > Npy.LARGEST / count) {
        throw DemitasseException.badRequest(
            String.format(
                Locale.ROOT,
                "its header says %s; sizes are positive, and at most %,d bytes are taken",
                Arrays.toString(sizes),
                Npy.LARGEST));
      }
      count *= size;
    }
    return (int) count;
  }

  private static DemitasseException unusable(Path file, String why, Exception e) {
    return new DemitasseException(
        DemitasseException.Kind.BAD_REQUEST, "Cannot use " + file + ": " + why + ".", e);
  }

  /** How many elements there are for each index of the first dimension. */
  int stride() {
    return elements.length / sizes[0];
  }
}
