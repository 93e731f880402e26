package io.demitasse.data;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Divides samples into those to calibrate, to train, to choose by and to judge by.
 *
 * <p>What the data say holds. What they leave open is divided by a hash of each sample: its place
 * depends on nothing but itself, so samples that are added move no other. Only where a group would
 * be on one side alone is one of it, the nearest to the other side, taken over.
 *
 * <p>Where choosing or judging would be left with fewer values of a metric than it needs, both
 * share all that nothing trains on: a half that cannot show that a limit is kept refuses what keeps
 * it. Where fewer than {@value #LEAST_TO_CALIBRATE} are left to calibrate, those to choose by
 * calibrate as well.
 */
public final class Division {
  /** The fewest values that any metric is chosen by, and judged by. */
  public static final int LEAST = 30;

  /** The fewest samples that are calibrated on alone. */
  public static final int LEAST_TO_CALIBRATE = 32;

  /**
   * What is divided: a sample with what is known of it.
   *
   * @param key what it is hashed by; equal ones stay together
   * @param declared what the data say it is for
   * @param group of which some are wanted on each side, such as a class; may be empty
   * @param values how many values it gives to each metric, by name
   */
  public record Member(
      String key, Optional<Split> declared, String group, Map<String, Integer> values) {
    public Member {
      values = Map.copyOf(values);
    }
  }

  /**
   * What else decides.
   *
   * @param calibratedElsewhere whether there are other samples to calibrate on
   * @param training the share of all that is trained on, out of what candidates are chosen by, and
   *     more where others judge; at most 0.4, and 0 where nothing trains
   * @param least how many values of a metric each side needs, by name; {@value #LEAST} of others
   */
  public record Terms(boolean calibratedElsewhere, double training, Map<String, Integer> least) {
    public Terms {
      least = Map.copyOf(least);
      if (!(training >= 0 && training <= .4)) {
        throw new IllegalArgumentException("a share to train on is from 0 to 0.4, got " + training);
      }
    }
  }

  /** Of those who choose and of those who judge, where others calibrate from the same samples. */
  private static final double HALF = .45;

  private final List<Member> members;
  private final Terms terms;
  private final Map<Split, List<Integer>> divided = new EnumMap<>(Split.class);
  private final List<String> shared = new ArrayList<>();

  private Division(List<Member> members, Terms terms) {
    this.members = members;
    this.terms = terms;
  }

  /** Divides samples; the parts name them by their places in the list. */
  public static Division of(List<Member> members, Terms terms) {
    Division division = new Division(List.copyOf(members), terms);
    division.divide();
    return division;
  }

  /** What a sample is hashed by: a text is itself, since the number of its line may change. */
  public static String key(Sample sample) {
    return sample instanceof Sample.Text text ? text.text() : sample.id();
  }

  /** The places of the samples for something, in order. */
  public List<Integer> of(Split split) {
    return List.copyOf(places(split));
  }

  /** Whether candidates are chosen by the samples that judge. */
  public boolean isShared() {
    return places(Split.CHOOSE).equals(places(Split.JUDGE));
  }

  /** Whether something that judges is calibrated on. */
  public boolean calibratesOnJudges() {
    return !Collections.disjoint(places(Split.JUDGE), places(Split.CALIBRATE));
  }

  /** What judges in folds, each with what calibrates without it; none where that cannot be. */
  public List<Fold> folds() {
    return Fold.of(i -> members.get(i).key(), of(Split.JUDGE), of(Split.CALIBRATE));
  }

  /** A sentence for each use that shares samples with another, with the reason. */
  public List<String> shared() {
    return List.copyOf(shared);
  }

  private List<Integer> places(Split split) {
    return divided.computeIfAbsent(split, _ -> new ArrayList<>());
  }

  private void divide() {
    Map<Optional<Split>, List<Integer>> pools = new LinkedHashMap<>();
    for (int i = 0; i < members.size(); i++) {
      pools.computeIfAbsent(members.get(i).declared(), _ -> new ArrayList<>()).add(i);
    }
    Set<Split> named = EnumSet.noneOf(Split.class);
    pools.keySet().forEach(declared -> declared.ifPresent(named::add));
    Uses uses = new Uses(named, pools.containsKey(Optional.<Split>empty()), terms);
    pools.forEach((declared, pool) -> place(pool, uses.of(declared)));
    calibrateOnEnough();
    divided.values().forEach(places -> places.sort(null));
  }

  private void place(List<Integer> pool, Set<Split> uses) {
    Map<Integer, Split> placed = new TreeMap<>();
    pool.forEach(i -> placed.put(i, placeOf(members.get(i).key(), uses, terms.training())));
    if (uses.contains(Split.CALIBRATE) && !placed.values().containsAll(scoring(uses))) {
      // So few that nothing can be set aside to calibrate.
      pool.forEach(i -> placed.put(i, placeOf(members.get(i).key(), scoring(uses), 0)));
    }
    boolean both = uses.contains(Split.CHOOSE) && uses.contains(Split.JUDGE);
    if (both) {
      represent(placed);
    }
    Optional<String> few = both ? tooFew(placed) : Optional.empty();
    if (few.isPresent()) {
      shared.add("judged on those it was chosen by: " + few.get());
      placed.forEach((i, split) -> share(i, split, uses.contains(Split.CALIBRATE)));
    } else {
      placed.forEach((i, split) -> places(split).add(i));
    }
  }

  /** What is trained on judges nothing, however few there are. */
  private void share(int place, Split split, boolean calibrates) {
    if (split == Split.TRAIN) {
      places(Split.TRAIN).add(place);
      return;
    }
    places(Split.CHOOSE).add(place);
    places(Split.JUDGE).add(place);
    if (calibrates) {
      places(Split.CALIBRATE).add(place);
    }
  }

  /** The uses that cannot be without samples; all where there are none such. */
  private static Set<Split> scoring(Set<Split> uses) {
    Set<Split> scoring = EnumSet.of(Split.CHOOSE, Split.JUDGE);
    scoring.retainAll(uses);
    return scoring.isEmpty() ? uses : scoring;
  }

  /** Where a key stands among some uses. */
  private static Split placeOf(String key, Set<Split> uses, double training) {
    Map<Split, Double> shares = shares(uses, training);
    double place = hash(key) * shares.values().stream().mapToDouble(Double::doubleValue).sum();
    Split last = uses.iterator().next();
    for (Map.Entry<Split, Double> share : shares.entrySet()) {
      last = share.getKey();
      if (place < share.getValue()) {
        break;
      }
      place -= share.getValue();
    }
    return last;
  }

  /**
   * In this order, who judges and calibrates is the same whether or not something trains. Where
   * others judge, their share is trained on: data that have a set to train on lose little of it.
   */
  private static Map<Split, Double> shares(Set<Split> uses, double training) {
    boolean othersJudge = !uses.contains(Split.JUDGE);
    Map<Split, Double> shares = new LinkedHashMap<>();
    shares.put(Split.JUDGE, HALF);
    shares.put(Split.CHOOSE, HALF - training);
    shares.put(Split.TRAIN, othersJudge ? HALF + training : training);
    shares.put(Split.CALIBRATE, 1 - 2 * HALF);
    shares.keySet().retainAll(uses);
    return shares;
  }

  /** Takes one of a group over where the other side has none of it. */
  private void represent(Map<Integer, Split> placed) {
    Map<String, List<Integer>> groups = new LinkedHashMap<>();
    placed.forEach(
        (i, split) -> {
          if (split == Split.CHOOSE || split == Split.JUDGE) {
            groups.computeIfAbsent(members.get(i).group(), _ -> new ArrayList<>()).add(i);
          }
        });
    for (List<Integer> group : groups.values()) {
      List<String> keys = group.stream().map(i -> members.get(i).key()).distinct().toList();
      if (keys.size() > 1 && group.stream().map(placed::get).distinct().count() == 1) {
        boolean judges = placed.get(group.getFirst()) == Split.JUDGE;
        Comparator<String> order = Comparator.comparingDouble(Division::hash);
        String nearest = judges ? Collections.max(keys, order) : Collections.min(keys, order);
        group.stream()
            .filter(i -> members.get(i).key().equals(nearest))
            .forEach(i -> placed.put(i, judges ? Split.CHOOSE : Split.JUDGE));
      }
    }
  }

  /** Why choosing and judging cannot have samples of their own; empty where they can. */
  private Optional<String> tooFew(Map<Integer, Split> placed) {
    Map<String, Integer> toChoose = new TreeMap<>();
    Map<String, Integer> toJudge = new TreeMap<>();
    placed.forEach(
        (i, split) ->
            members
                .get(i)
                .values()
                .forEach(
                    (name, count) -> {
                      toChoose.merge(name, split == Split.CHOOSE ? count : 0, Integer::sum);
                      toJudge.merge(name, split == Split.JUDGE ? count : 0, Integer::sum);
                    }));
    return toChoose.keySet().stream()
        .filter(
            name ->
                Math.min(toChoose.getOrDefault(name, 0), toJudge.getOrDefault(name, 0))
                    < least(name))
        .findFirst()
        .map(
            name ->
                String.format(
                    Locale.ROOT,
                    "divided, %,d and %,d values of %s would be left to choose and to judge by, and"
                        + " each needs %,d",
                    toChoose.get(name),
                    toJudge.get(name),
                    name,
                    least(name)));
  }

  private int least(String metric) {
    return Math.max(LEAST, terms.least().getOrDefault(metric, LEAST));
  }

  private void calibrateOnEnough() {
    List<Integer> own = places(Split.CALIBRATE);
    List<Integer> chosen = places(Split.CHOOSE);
    boolean declared =
        members.stream().anyMatch(member -> member.declared().equals(Optional.of(Split.CALIBRATE)));
    if (terms.calibratedElsewhere()
        || declared
        || own.size() >= LEAST_TO_CALIBRATE
        || own.containsAll(chosen)) {
      return;
    }
    shared.add(
        String.format(
            Locale.ROOT,
            "calibrated on those it was chosen by as well: %d alone are fewer than %d",
            own.size(),
            LEAST_TO_CALIBRATE));
    own.addAll(chosen);
  }

  /**
   * What each kind of samples is used for, where the data do not name all kinds: samples to train
   * on, which nothing does where no share is asked for, stand in first, and never to judge where
   * anything else can.
   */
  private record Uses(Set<Split> named, boolean open, Terms terms) {

    Set<Split> of(Optional<Split> declared) {
      Set<Split> uses = EnumSet.noneOf(Split.class);
      if (declared.isEmpty()) {
        uses.addAll(missing());
        return uses.isEmpty() ? EnumSet.of(Split.CHOOSE) : uses;
      }
      Split own = declared.get();
      if (open) {
        return EnumSet.of(own);
      }
      if (own != Split.TRAIN || terms.training() > 0) {
        uses.add(own);
      }
      missing().stream().filter(use -> lender(use) == own).forEach(uses::add);
      return uses.isEmpty() ? EnumSet.of(own) : uses;
    }

    private Set<Split> missing() {
      Set<Split> missing = EnumSet.allOf(Split.class);
      missing.removeAll(named);
      if (terms.calibratedElsewhere()) {
        missing.remove(Split.CALIBRATE);
      }
      if (terms.training() == 0) {
        missing.remove(Split.TRAIN);
      }
      return missing;
    }

    /** Who gives of its samples to a use that the data do not name. */
    private @Nullable Split lender(Split use) {
      List<Split> order =
          use == Split.JUDGE
              ? List.of(Split.CHOOSE, Split.TRAIN, Split.CALIBRATE)
              : List.of(Split.TRAIN, Split.CHOOSE, Split.JUDGE, Split.CALIBRATE);
      return order.stream().filter(named::contains).findFirst().orElse(null);
    }
  }

  /** A number from 0 to below 1, the same for a text on every machine. */
  static double hash(String text) {
    return (Long.parseUnsignedLong(Sha256.of(text), 0, 16, 16) >>> 11) * 0x1p-53;
  }
}
