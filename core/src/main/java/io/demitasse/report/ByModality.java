package io.demitasse.report;

import io.demitasse.evaluate.Dependence;
import io.demitasse.manifest.Manifest.Modality;
import io.demitasse.saliency.Saliency;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What became of each modality, of a model or bundle that has several.
 *
 * @param shares of what is of one modality, and of fusion, where several meet
 * @param meetings layers of the original at which modalities meet first, behind the name of their
 *     part where there are several
 * @param dependence how much of the score hangs on each modality; empty where samples have not
 *     several each
 * @param saliency what answers hang on in a few samples
 * @param alike the mean of the correlations of saliency before and after; null where there is none
 */
public record ByModality(
    List<Share> shares,
    List<String> meetings,
    List<Dependence> dependence,
    List<Saliency> saliency,
    @Nullable Double alike) {
  /** Of a model that has one modality, or where nothing was measured. */
  public static final ByModality NONE =
      new ByModality(List.of(), List.of(), List.of(), List.of(), null);

  public ByModality {
    shares = List.copyOf(shares);
    meetings = List.copyOf(meetings);
    dependence = List.copyOf(dependence);
    saliency = List.copyOf(saliency);
  }

  /** What was measured, with the mean of the correlations. */
  public static ByModality of(
      ModalityShares shares, List<Dependence> dependence, List<Saliency> saliency) {
    OptionalDouble alike = Saliency.meanCorrelation(saliency);
    return new ByModality(
        shares.shares(),
        shares.meetings(),
        dependence,
        saliency,
        alike.isPresent() ? alike.getAsDouble() : null);
  }

  /**
   * What is of the same modalities.
   *
   * @param modalities one; several of fusion; none of what depends on no input of a sample
   * @param bytesBefore of weights that are read here; those that others read too are fusion
   * @param operationsBefore the share of all multiply-accumulates, from 0 to 1, of one run of each
   *     part
   * @param layers so many of those that lossy steps changed were compared
   * @param error the mean of their errors in the result, see {@link Report.LayerErrors#inResult}
   * @param worst the layer with the largest; empty where none was compared
   * @param worstError its error
   */
  public record Share(
      Set<Modality> modalities,
      long bytesBefore,
      long bytesAfter,
      double operationsBefore,
      double operationsAfter,
      int layers,
      double error,
      String worst,
      double worstError) {}
}
