package io.demitasse.ops;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Node;
import java.util.List;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * A node with what is known of its inputs, as shape and cost rules see it.
 *
 * @param inputs what is known, by position; null where the input is absent or nothing is known of
 *     it
 * @param symbols the names of sizes that vary
 */
record NodeFacts(Node node, List<@Nullable TensorFacts> inputs, Symbols symbols) {

  /** What is known of an input; null when it is absent or nothing is. */
  @Nullable TensorFacts known(int index) {
    return index < inputs.size() ? inputs.get(index) : null;
  }

  /** Whether the node has an input there, known or not. */
  boolean has(int index) {
    return node.input(index) != null;
  }

  TensorFacts input(int index) {
    TensorFacts facts = known(index);
    if (facts == null) {
      throw new NotInferable(
          has(index)
              ? "nothing is known of its input " + node.requiredInput(index).name()
              : "it has no input " + index);
    }
    return facts;
  }

  Dim[] sizes(int index) {
    return input(index).dims();
  }

  int rank(int index) {
    return input(index).rank();
  }

  DataType type(int index) {
    return input(index).dataType();
  }

  /** The elements of an input, some of which may be unknown. */
  Content content(int index) {
    Content content = input(index).contentOrUnknown();
    if (content == null) {
      throw new NotInferable(
          "the content of its input " + node.requiredInput(index).name() + " is not known");
    }
    return content;
  }

  /** The elements of an input, NaN where one is unknown. */
  double[] numbers(int index) {
    return content(index).numbers();
  }

  /** The only element of an input, NaN where it is unknown. */
  double number(int index) {
    return only(index).number(0);
  }

  /** The only element of an input, taken as a size. */
  Dim onlySize(int index) {
    return only(index).size(0);
  }

  private Content only(int index) {
    Content content = content(index);
    if (content.length() != 1) {
      throw new NotInferable("its input " + index + " is " + input(index) + " and not one number");
    }
    return content;
  }

  /** All elements of an input, none of them unknown. */
  long[] integers(int index) {
    double[] numbers = numbers(index);
    if (DoubleStream.of(numbers).anyMatch(Double::isNaN)) {
      throw new NotInferable(
          "the content of its input " + node.requiredInput(index).name() + " is not fully known");
    }
    return DoubleStream.of(numbers).mapToLong(number -> (long) number).toArray();
  }

  /** A list that is an attribute in some opsets and an input in others; null when it is neither. */
  long @Nullable [] list(String attribute, int index) {
    if (node.attribute(attribute) instanceof Attribute.Ints ints) {
      return ints.toArray();
    }
    return has(index) ? integers(index) : null;
  }

  /**
   * Sizes that are an attribute in some opsets and an input in others; null when it is neither or
   * nothing is known of the input.
   */
  Dim @Nullable [] sizesListed(String attribute, int index) {
    if (node.attribute(attribute) instanceof Attribute.Ints ints) {
      return Sizes.of(ints.toArray());
    }
    TensorFacts facts = known(index);
    Content content = facts == null ? null : facts.contentOrUnknown();
    return content == null ? null : content.sizes();
  }

  long attribute(String name, long otherwise) {
    return node.intAttribute(name, otherwise);
  }

  long[] attributes(String name, long[] otherwise) {
    return node.intsAttribute(name, otherwise);
  }

  /** The axis attribute, counted from the first. */
  int axis(long otherwise, int rank) {
    return Sizes.axis(attribute("axis", otherwise), rank);
  }

  /** A type that an attribute names by its number; 0 is none. */
  DataType typeAttribute(String name, DataType otherwise) {
    long code = attribute(name, 0);
    if (code < 0 || code > DataType.values().length) {
      throw new NotInferable("there is no data type " + code);
    }
    return code == 0 ? otherwise : DataType.ofCode((int) code);
  }

  /** A size among those of an input, unknown when it has no such axis. */
  Dim size(int index, int axis) {
    Dim[] sizes = sizes(index);
    int counted = axis < 0 ? axis + sizes.length : axis;
    return counted < 0 || counted >= sizes.length ? Dim.UNKNOWN : sizes[counted];
  }
}
