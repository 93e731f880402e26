package io.demitasse.passes.prune;

import io.demitasse.prune.ChannelGroup;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.stream.IntStream;

/** How many units go of each group. */
final class Allocation {

  /** How it is told. */
  public enum Kind {
    /** Where the next units cost least for what they save. */
    GLOBAL,
    /** The same share of each group. */
    UNIFORM
  }

  /**
   * A group and what it may lose.
   *
   * @param ladder in which order its units go, as many as may
   * @param original how many units it had in the original
   */
  record Offer(ChannelGroup group, Ladder ladder, int original) {
    int most() {
      return ladder.order().length;
    }
  }

  private final PruneChannels pass;
  private final List<Offer> offers;
  private final Multiplications left;
  private final UnitTimes times;

  /** What a unit saved before any went. */
  private final Map<ChannelGroup, Double> before = new LinkedHashMap<>();

  /** Milliseconds for each multiplication of groups that were measured; 1 where none was. */
  private final double rate;

  /**
   * @param times of groups where units are to save time; of others it is what they multiply
   */
  Allocation(
      PruneChannels pass, List<Offer> offers, Multiplications multiplications, UnitTimes times) {
    this.pass = pass;
    this.offers = offers;
    this.left = multiplications;
    this.times = times;
    offers.forEach(offer -> before.put(offer.group(), left.saving(offer.group())));
    this.rate = rate();
  }

  private double rate() {
    double milliseconds = 0;
    double multiplications = 0;
    for (Offer offer : offers) {
      if (times.knows(offer.group())) {
        milliseconds += times.whole(offer.group());
        multiplications += left.saving(offer.group()) * offer.group().units();
      }
    }
    return multiplications > 0 ? milliseconds / multiplications : 1;
  }

  /** For each group how many units go. */
  Map<ChannelGroup, Integer> counts() {
    Map<ChannelGroup, Integer> counts = new LinkedHashMap<>();
    offers.forEach(offer -> counts.put(offer.group(), 0));
    if (pass.allocation() == Kind.GLOBAL) {
      takeCheapest(counts);
    } else {
      offers.forEach(offer -> counts.put(offer.group(), share(offer)));
    }
    return counts;
  }

  private int share(Offer offer) {
    int kept = (int) Math.round((1 - pass.ratio()) * offer.original());
    int wanted = Math.min(offer.most(), offer.group().units() - kept);
    int gone = 0;
    while (gone < wanted && gone + next(offer, gone) <= wanted) {
      gone += next(offer, gone);
    }
    return gone;
  }

  /** How many go at once, so that what stays is a multiple again. */
  private int next(Offer offer, int gone) {
    int rest = (offer.group().units() - gone) % pass.multiple();
    return rest == 0 ? pass.multiple() : rest;
  }

  /** More units of a group, at a price for what they save. */
  private record Bid(Offer offer, int gone, int next, double price) {}

  private void takeCheapest(Map<ChannelGroup, Integer> counts) {
    double wanted = left.total() - (1 - pass.ratio()) * original();
    double before = left.total();
    List<Offer> open = new ArrayList<>(offers);
    PriorityQueue<Bid> bids = new PriorityQueue<>(Comparator.comparingDouble(Bid::price));
    open.forEach(offer -> bid(offer, 0, bids));
    while (before - left.total() < wanted && !bids.isEmpty()) {
      Bid bid = bids.remove();
      if (bid.price() < price(bid.offer(), bid.gone(), bid.next())) {
        bid(bid.offer(), bid.gone(), bids); // Others have gone, so it saves less than it did.
        continue;
      }
      left.remove(bid.offer().group(), bid.next());
      counts.merge(bid.offer().group(), bid.next(), Integer::sum);
      bid(bid.offer(), bid.gone() + bid.next(), bids);
    }
  }

  private void bid(Offer offer, int gone, PriorityQueue<Bid> bids) {
    int[] counts =
        times.knows(offer.group())
            ? times.next(offer.group(), gone)
            : new int[] {next(offer, gone)};
    IntStream.of(counts)
        .filter(next -> gone + next <= offer.most())
        .mapToObj(next -> new Bid(offer, gone, next, price(offer, gone, next)))
        .min(Comparator.comparingDouble(Bid::price))
        .ifPresent(bids::add);
  }

  private double price(Offer offer, int gone, int next) {
    double harm = offer.ladder().harm(gone, next);
    return harm / Math.max(saving(offer, gone, next), Double.MIN_NORMAL);
  }

  /**
   * What some units save: multiplications, or milliseconds, as far as those of their layers that
   * other groups have a part in are still there; where a group was not measured, as long as others
   * take to multiply as much.
   */
  private double saving(Offer offer, int gone, int next) {
    ChannelGroup group = offer.group();
    if (!times.knows(group)) {
      return rate * left.saving(group) * next;
    }
    double there = left.saving(group) / Objects.requireNonNull(before.get(group));
    return times.saved(group, gone, next) * times.whole(group) * there;
  }

  /** What was multiplied in the original. */
  private double original() {
    offers.forEach(offer -> left.remove(offer.group(), offer.group().units() - offer.original()));
    double original = left.total();
    offers.forEach(offer -> left.remove(offer.group(), offer.original() - offer.group().units()));
    return original;
  }
}
