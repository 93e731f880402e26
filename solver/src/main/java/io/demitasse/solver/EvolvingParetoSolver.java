package io.demitasse.solver;

import io.demitasse.port.ParetoSolver;
import io.jenetics.Genotype;
import io.jenetics.IntegerChromosome;
import io.jenetics.IntegerGene;
import io.jenetics.Mutator;
import io.jenetics.Phenotype;
import io.jenetics.UniformCrossover;
import io.jenetics.engine.Engine;
import io.jenetics.ext.moea.NSGA2Selector;
import io.jenetics.ext.moea.Pareto;
import io.jenetics.ext.moea.Vec;
import io.jenetics.util.ISeq;
import io.jenetics.util.RandomRegistry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Breeds combinations (Deb, Pratap, Agarwal, Meyarivan: A Fast and Elitist Multiobjective Genetic
 * Algorithm: NSGA-II, IEEE Transactions on Evolutionary Computation, 2002). Who survives is beaten
 * by few, and stands where there are few others.
 */
public final class EvolvingParetoSolver implements ParetoSolver {
  private static final int POPULATION = 120;
  private static final int GENERATIONS = 300;
  private static final double CROSSOVER = .6;

  /** Changes of a combination in each generation, on average. */
  private static final double MUTATIONS = 1.5;

  @Override
  public List<List<Integer>> front(Problem problem, List<List<Integer>> known, long seed) {
    int sites = problem.options().size();
    int most = problem.options().stream().mapToInt(Integer::intValue).max().orElseThrow();
    Engine<IntegerGene, Vec<double[]>> engine =
        Engine.<IntegerGene, Vec<double[]>>builder(
                genotype -> Vec.of(fitness(problem, combination(problem, genotype))),
                Genotype.of(IntegerChromosome.of(0, most, sites)))
            .populationSize(POPULATION)
            .alterers(
                new UniformCrossover<>(CROSSOVER), new Mutator<>(Math.min(1, MUTATIONS / sites)))
            .offspringSelector(NSGA2Selector.ofVec())
            .survivorsSelector(NSGA2Selector.ofVec())
            .executor(Runnable::run)
            .build();
    List<Genotype<IntegerGene>> first =
        known.stream().map(combination -> genotype(combination, most)).toList();
    return RandomRegistry.with(
        new Random(seed),
        _ ->
            engine.stream(first)
                .limit(GENERATIONS)
                .reduce((_, later) -> later)
                .map(last -> unbeaten(problem, known, last.population()))
                .orElseThrow());
  }

  /** Jenetics' selector orders by what is greater, whatever it is told to optimize. */
  private static double[] fitness(Problem problem, List<Integer> combination) {
    return Arrays.stream(problem.objectives().apply(combination)).map(each -> -each).toArray();
  }

  /**
   * All sites have as many alleles as the one with the most options, so that they can be crossed;
   * where there are fewer options they are counted round.
   */
  private static List<Integer> combination(Problem problem, Genotype<IntegerGene> genotype) {
    List<Integer> combination = new ArrayList<>();
    for (IntegerGene gene : genotype.chromosome()) {
      combination.add(gene.allele() % problem.options().get(combination.size()));
    }
    return combination;
  }

  private static Genotype<IntegerGene> genotype(List<Integer> combination, int most) {
    List<IntegerGene> genes =
        combination.stream().map(option -> IntegerGene.of(option, 0, most)).toList();
    return Genotype.of(IntegerChromosome.of(genes));
  }

  /** Breeding may lose what was known, so that is set against what was bred. */
  private static List<List<Integer>> unbeaten(
      Problem problem,
      List<List<Integer>> known,
      ISeq<Phenotype<IntegerGene, Vec<double[]>>> bred) {
    Set<List<Integer>> distinct = new LinkedHashSet<>(known);
    bred.forEach(each -> distinct.add(combination(problem, each.genotype())));
    Map<List<Integer>, double[]> all = new LinkedHashMap<>();
    distinct.forEach(combination -> all.put(combination, fitness(problem, combination)));
    return Pareto.front(
            ISeq.of(all.entrySet()),
            (one, other) -> Pareto.dominance(one.getValue(), other.getValue()))
        .map(Map.Entry::getKey)
        .asList();
  }
}
