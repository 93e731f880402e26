package io.demitasse.ir;

/**
 * A text form of models that people can read, write and compare: for tests and golden files.
 *
 * <pre>{@code
 * ir 10, opset 17, com.microsoft 1
 *
 * graph main(x: float[N,8], mask: bool[N]) -> (y: float[N,4]) {
 *   w = float[8,4] ~ 7                     // 32 Gaussian numbers from seed 7
 *   b = float[4] {0, 0.5, 1, -1e-3}
 *   h, _ = com.microsoft::Split(x) <axis=1, sizes=[4, 4]> # split_1
 *   t: float[N,4] = Gemm(x, w, b)
 *   c = Clip(t, _, b)                      // input 1 is absent
 *   y = If(mask) <
 *     then_branch = graph yes() -> (p) {
 *       p = Add(t, c)
 *     },
 *     else_branch = graph no() -> (q) { q = Relu(t) }
 *   >
 * }
 *
 * function my.domain::Twice <alpha, beta=1.0> (x) -> (y) opset 17 {
 *   y = Add(x, x)
 * }
 * }</pre>
 *
 * <ul>
 *   <li>Names are bare when they start with a letter, {@code _} or {@code /} and go on with
 *       letters, digits and {@code _ / . $}, with {@code ::} in between; any other name is quoted.
 *       A lone {@code _} is an absent input or output. What follows {@code #} is the node's name.
 *   <li>Types: {@code float[N,3,?]}, with named and unknown dimensions; {@code float[...]} of
 *       unknown rank; {@code sparse(T)}, {@code seq(T)}, {@code map(int64,T)}, {@code optional(T)},
 *       {@code opaque(domain,name)}. A type stands behind the name of an input, of an output of a
 *       node, or of a graph output in the heading.
 *   <li>Tensors: elements in braces, row by row; {@code x"00ff"} gives the raw bytes, which types
 *       without a decimal form need; {@code ~ seed} fills with Gaussian numbers of variance 1 over
 *       the fan-in, {@code ~ seed in [low, high]} with uniform ones. Tensors of more than {@value
 *       #INLINE_ELEMENTS} elements are printed as a checksum of their bytes, {@code float[384,384]
 *       #a1b2c3d4}, which cannot be parsed.
 *   <li>Attributes: an integer, a real number (with a point or exponent), a string, a list of these
 *       in brackets, a tensor, a {@code graph}, {@code type T}, or {@code @name:code} for the
 *       attribute of the calling function. Lists of anything else, and empty ones, say what they
 *       hold: {@code ints []}, {@code tensors [...]}.
 * </ul>
 *
 * <p>Documentation strings, metadata, quantization annotations and training information are not
 * part of the text.
 */
public final class TextGraph {
  /** Tensors of more elements are printed as a checksum. */
  public static final int INLINE_ELEMENTS = 64;

  private TextGraph() {}

  /** The text of a model. Deferred tensors are computed. */
  public static String print(Model model) {
    return new TextGraphPrinter().model(model);
  }

  /**
   * The model that a text describes.
   *
   * @throws io.demitasse.error.DemitasseException (bad model) when the text is wrong, with line,
   *     column, what was expected and what was found
   */
  public static Model parse(String text) {
    return new TextGraphParser(text).model();
  }
}
