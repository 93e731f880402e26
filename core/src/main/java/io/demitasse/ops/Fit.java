package io.demitasse.ops;

import io.demitasse.ir.Attribute;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Dim;
import io.demitasse.ir.Node;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Whether the inputs of a node have as many axes as its operator and its attributes say, as far as
 * is known. Where they do not, nothing can run the node; ONNX Runtime may even end the process over
 * it, so it is never asked to.
 */
final class Fit {
  private static final String ELLIPSIS = "...";

  private static final Map<DataType, Long> LEAST =
      Map.of(DataType.INT32, (long) Integer.MIN_VALUE, DataType.INT64, Long.MIN_VALUE);

  private final Node node;
  private final NodeFacts facts;

  private Fit(NodeFacts facts) {
    this.node = facts.node();
    this.facts = facts;
  }

  /** Why the node cannot run whatever the numbers are; empty when nothing known speaks against. */
  static Optional<String> problem(Op op, NodeFacts facts) {
    Fit fit = new Fit(facts);
    return fit.fewestAxes(op)
        .or(
            () ->
                switch (op) {
                  case TRANSPOSE -> fit.listed(0, fit.count("perm"), true, "its perm");
                  case EINSUM -> fit.terms();
                  case SLICE -> fit.listed(0, fit.count("starts", 1), false, "its starts");
                  case RESIZE, UPSAMPLE -> fit.resized();
                  case DIV, MOD -> fit.overflow();
                  default -> Optional.empty();
                });
  }

  private Optional<String> fewestAxes(Op op) {
    return Signatures.of(op).ranks().entrySet().stream()
        .filter(each -> known(each.getKey()) != null && rank(each.getKey()) < each.getValue())
        .findFirst()
        .map(each -> got(each.getKey()) + ", expected at least " + each.getValue());
  }

  private @Nullable TensorFacts known(int input) {
    return facts.known(input);
  }

  private int rank(int input) {
    return facts.rank(input);
  }

  private String got(int input) {
    int rank = rank(input);
    return String.format(
        Locale.ROOT,
        "its input %d '%s' has %d %s",
        input,
        node.requiredInput(input).name(),
        rank,
        rank == 1 ? "axis" : "axes");
  }

  /** How many numbers an attribute lists. */
  private OptionalLong count(String attribute) {
    return node.attribute(attribute) instanceof Attribute.Ints ints && !ints.values().isEmpty()
        ? OptionalLong.of(ints.values().size())
        : OptionalLong.empty();
  }

  /** How many numbers an attribute lists, or the input that took its place. */
  private OptionalLong count(String attribute, int input) {
    OptionalLong listed = count(attribute);
    return listed.isPresent() ? listed : count(input);
  }

  private OptionalLong count(int input) {
    TensorFacts list = known(input);
    return list != null
            && list.rank() == 1
            && list.dim(0) instanceof Dim.Fixed(long count)
            && count > 0
        ? OptionalLong.of(count)
        : OptionalLong.empty();
  }

  /**
   * Demands that an input has as many axes as a list has numbers.
   *
   * @param exactly whether it must not have more
   */
  private Optional<String> listed(int input, OptionalLong count, boolean exactly, String list) {
    if (known(input) == null || count.isEmpty()) {
      return Optional.empty();
    }
    long numbers = count.getAsLong();
    boolean fits = exactly ? rank(input) == numbers : rank(input) >= numbers;
    return fits
        ? Optional.empty()
        : Optional.of(got(input) + ", and " + list + " lists " + numbers);
  }

  private Optional<String> terms() {
    String equation = node.textAttribute("equation", "").replace(" ", "");
    String[] terms = equation.split("->", -1)[0].split(",", -1);
    return IntStream.range(0, Math.min(terms.length, node.inputs().size()))
        .mapToObj(i -> term(i, terms[i], equation))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private Optional<String> term(int input, String term, String equation) {
    boolean open = term.contains(ELLIPSIS);
    int letters = term.length() - (open ? ELLIPSIS.length() : 0);
    if (known(input) == null || (open ? rank(input) >= letters : rank(input) == letters)) {
      return Optional.empty();
    }
    return Optional.of(
        got(input) + ", and '" + term + "' in its equation " + equation + " names " + letters);
  }

  /** Factors or sizes are as many as axes, or as those axes that are told. */
  private Optional<String> resized() {
    if (node.attribute("axes") != null) {
      return Optional.empty();
    }
    if (node.attribute("scales") instanceof Attribute.Reals reals) {
      return listed(0, OptionalLong.of(reals.values().size()), true, "its scales");
    }
    OptionalLong scales = count(node.inputs().size() <= 2 ? 1 : 2);
    return listed(0, scales, true, "its scales").or(() -> listed(0, count(3), true, "its input 3"));
  }

  /** The one quotient of integers that is no such integer. */
  private Optional<String> overflow() {
    TensorFacts dividend = known(0);
    TensorFacts divisor = known(1);
    double[] dividends = dividend == null ? null : dividend.numbers();
    double[] divisors = divisor == null ? null : divisor.numbers();
    if (dividend == null || dividends == null || divisors == null) {
      return Optional.empty();
    }
    Long least = LEAST.get(dividend.dataType());
    int length = Math.max(dividends.length, divisors.length);
    boolean overflows =
        least != null
            && (dividends.length == divisors.length
                || dividends.length + divisors.length == length + 1)
            && IntStream.range(0, length)
                .anyMatch(
                    i ->
                        dividends[i % dividends.length] == least
                            && divisors[i % divisors.length] == -1);
    return overflows ? Optional.of("it divides " + least + " by -1") : Optional.empty();
  }

  /** Whether a list holds each of the first whole numbers once. */
  static boolean isOrder(long[] axes) {
    return LongStream.of(axes).allMatch(axis -> axis >= 0 && axis < axes.length)
        && LongStream.of(axes).distinct().count() == axes.length;
  }
}
