package io.demitasse.testkit;

import ai.onnx.proto.OnnxMl.ModelProto;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor.JavaType;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.demitasse.ops.Op;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Damages model files: some bytes, or a few fields of the protobuf structure, which then still
 * parses and says something that no exporter would. The seed decides everything.
 */
public final class ModelMutation {
  private static final double DAMAGES_BYTES = 0.2;
  private static final long[] NUMBERS = {
    0,
    1,
    -1,
    2,
    3,
    7,
    64,
    1000,
    65_537,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE,
    1L << 32,
    1L << 40,
    Long.MAX_VALUE,
    Long.MIN_VALUE
  };
  private static final double[] REALS = {
    0, -0.0, 1, -1, 1e-30, 1e30, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY
  };
  private static final List<String> TEXTS =
      List.of("", "x", "\033[2J", "a\nb", "\u202egnp.exe", "*".repeat(300), "N", "ai.onnx");

  /** A value that can be changed: a field of a message, or an element of a repeated one. */
  private record Place(Message.Builder owner, FieldDescriptor field, int index) {
    Object value() {
      return field.isRepeated() ? owner.getRepeatedField(field, index) : owner.getField(field);
    }

    void set(Object value) {
      if (field.isRepeated()) {
        owner.setRepeatedField(field, index, value);
      } else {
        owner.setField(field, value);
      }
    }
  }

  private final Random random;

  private ModelMutation(long seed) {
    this.random = new Random(seed);
  }

  /** A damaged copy of one of several files. */
  public static byte[] mutant(List<byte[]> files, long seed) {
    ModelMutation mutation = new ModelMutation(seed);
    byte[] file = files.get(mutation.random.nextInt(files.size()));
    return mutation.random.nextDouble() < DAMAGES_BYTES
        ? mutation.damagedBytes(file)
        : mutation.damagedStructure(file);
  }

  private byte[] damagedBytes(byte[] file) {
    byte[] result = file.clone();
    for (int times = 1 + random.nextInt(8); times > 0; times--) {
      int place = random.nextInt(result.length);
      switch (random.nextInt(8)) {
        case 0 -> result = Arrays.copyOf(result, Math.max(1, place));
        case 1 -> {
          int from = random.nextInt(result.length);
          int length = Math.min(random.nextInt(64), result.length - Math.max(from, place));
          System.arraycopy(result, from, result, place, length);
        }
        case 2 -> result[place] = (byte) random.nextInt(256);
        default -> result[place] ^= (byte) (1 << random.nextInt(8));
      }
    }
    return result;
  }

  private byte[] damagedStructure(byte[] file) {
    try {
      ModelProto.Builder model = ModelProto.parseFrom(file).toBuilder();
      for (int times = oneOf(List.of(1, 1, 1, 2, 4)); times > 0; times--) {
        damage(model);
      }
      return model.build().toByteArray();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException("the seed is no model", e);
    }
  }

  private void damage(Message.Builder model) {
    List<Place> places = new ArrayList<>();
    collect(model, places);
    if (places.isEmpty()) {
      return;
    }
    Place place = oneOf(places);
    for (int tries = 0; tries < 4 && isWiring(place); tries++) {
      place = oneOf(places);
    }
    int kind = random.nextInt(10);
    if (kind < 3) {
      remove(place);
    } else if (kind < 4 && place.field().isRepeated()) {
      place.owner().addRepeatedField(place.field(), place.value());
    } else if (kind < 6 && place.field().isRepeated()) {
      swap(place);
    } else {
      place.set(changed(place, places));
    }
  }

  /** What most files end at when it is damaged: before anything else is looked at. */
  private static boolean isWiring(Place place) {
    return switch (place.field().getName()) {
      case "input", "output", "node", "name" -> true;
      default -> false;
    };
  }

  private static void collect(Message.Builder message, List<Place> places) {
    for (FieldDescriptor field : message.getAllFields().keySet()) {
      boolean nested = field.getJavaType() == JavaType.MESSAGE;
      if (field.isRepeated()) {
        for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
          places.add(new Place(message, field, i));
          if (nested) {
            collect(message.getRepeatedFieldBuilder(field, i), places);
          }
        }
      } else {
        places.add(new Place(message, field, -1));
        if (nested) {
          collect(message.getFieldBuilder(field), places);
        }
      }
    }
  }

  private static void remove(Place place) {
    if (!place.field().isRepeated()) {
      place.owner().clearField(place.field());
      return;
    }
    List<Object> rest = new ArrayList<>((List<?>) place.owner().getField(place.field()));
    rest.remove(place.index());
    // Elements with builders of their own cannot be replaced one by one.
    place.owner().clearField(place.field());
    rest.forEach(each -> place.owner().addRepeatedField(place.field(), each));
  }

  private void swap(Place place) {
    int other = random.nextInt(place.owner().getRepeatedFieldCount(place.field()));
    Object value = place.value();
    place.set(place.owner().getRepeatedField(place.field(), other));
    place.owner().setRepeatedField(place.field(), other, value);
  }

  private Object changed(Place place, List<Place> places) {
    return switch (place.field().getJavaType()) {
      case INT -> (int) number((int) place.value());
      case LONG -> number((long) place.value());
      case FLOAT -> (float) REALS[random.nextInt(REALS.length)];
      case DOUBLE -> REALS[random.nextInt(REALS.length)];
      case BOOLEAN -> random.nextBoolean();
      case STRING -> text(places);
      case BYTE_STRING -> bytes((ByteString) place.value());
      case ENUM -> oneOf(((EnumValueDescriptor) place.value()).getType().getValues());
      case MESSAGE -> sibling(place, places);
    };
  }

  private long number(long before) {
    return switch (random.nextInt(4)) {
      case 0 -> before + 1;
      case 1 -> before - 1;
      default -> NUMBERS[random.nextInt(NUMBERS.length)];
    };
  }

  /** Another text of the same file, an operator, or something odd. */
  private Object text(List<Place> places) {
    return switch (random.nextInt(4)) {
      case 0 -> oneOf(TEXTS);
      case 1 -> oneOf(List.of(Op.values())).type();
      default ->
          oneOf(
                  places.stream()
                      .filter(each -> each.field().getJavaType() == JavaType.STRING)
                      .toList())
              .value();
    };
  }

  private ByteString bytes(ByteString before) {
    return switch (random.nextInt(3)) {
      case 0 -> before.substring(0, random.nextInt(before.size() + 1));
      case 1 -> before.concat(before);
      default -> {
        byte[] noise = new byte[before.size()];
        random.nextBytes(noise);
        yield ByteString.copyFrom(noise);
      }
    };
  }

  /** Another message of the same kind from the same file. */
  private Object sibling(Place place, List<Place> places) {
    List<Place> same =
        places.stream()
            .filter(each -> each.field().getJavaType() == JavaType.MESSAGE)
            .filter(each -> each.field().getMessageType() == place.field().getMessageType())
            .toList();
    Object value = oneOf(same).value();
    return value instanceof Message.Builder builder ? builder.build() : value;
  }

  private <T> T oneOf(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }
}
