package io.demitasse.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.demitasse.pipeline.Event;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class CourseTest {
  private final List<Event> events = new ArrayList<>();
  private long now;
  private final Course course =
      new Course(List.of(1.0, 4.0, 3.0), events::add, () -> Duration.ofSeconds(now).toNanos());

  private Event.Progressed last() {
    return progress().getLast();
  }

  private List<Event.Progressed> progress() {
    return events.stream()
        .filter(Event.Progressed.class::isInstance)
        .map(Event.Progressed.class::cast)
        .toList();
  }

  @Test
  void tellsWhichStepOfHowManyBeforeItsWorkBegins() {
    course.next();
    course.next();
    Event.Started started = new Event.Started("fuse");

    course.accept(started);

    assertThat(events).hasSize(2).last().isEqualTo(started);
    assertThat(last().step()).isEqualTo(2);
    assertThat(last().steps()).isEqualTo(3);
    assertThat(last().share()).isEqualTo(1 / 8.0);
  }

  @Test
  void neverGoesBackAndReachesItsEndOnlyThere() {
    for (int step = 0; step < 3; step++) {
      course.next();
      for (int work = 0; work < 20; work++) {
        course.accept(new Event.Started("try"));
        course.accept(new Event.Advanced("try", 1, 2));
        course.accept(new Event.Advanced("again", 1, 4));
        course.accept(new Event.Advanced("again", 4, 4));
      }
    }

    List<Double> shares = progress().stream().map(Event.Progressed::share).toList();
    assertThat(shares).isSorted().allMatch(share -> share >= 0 && share <= 1);
    assertThat(progress().stream().filter(each -> each.step() < 3))
        .allMatch(each -> each.share() <= 5 / 8.0);
  }

  @Test
  void tellsWhatIsLeftFromWhatThePastTook() {
    course.next();
    now = 10;
    course.accept(new Event.Started("record"));
    assertThat(last().left()).isEmpty();

    course.next();
    course.accept(new Event.Started("fuse"));

    assertThat(last().elapsed()).isEqualTo(Duration.ofSeconds(10));
    assertThat(last().left()).isEqualTo(Optional.of(Duration.ofSeconds(70)));
  }

  @Test
  void passesEverythingOn() {
    List<Event> given =
        List.of(
            new Event.Noted("note"),
            new Event.Warned("warning"),
            new Event.Decided("fuse", true, "smaller", 1));

    given.forEach(course);

    assertThat(events).isEqualTo(given);
  }
}
