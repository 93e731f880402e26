package io.demitasse.train;

import io.demitasse.data.Sha256;
import io.demitasse.ir.DataType;
import io.demitasse.ir.Tensor;
import io.demitasse.port.Trainer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/** What has to be equal for a training to go on where another ended. */
final class Setup {
  private Setup() {}

  /**
   * The facts, by what they are called in messages.
   *
   * @param session that has not learned anything yet
   * @param examples how many are learned from
   * @param judging how many are judged
   */
  static Map<String, String> of(
      Trainer.Session session, Schedule schedule, long examples, long judging) {
    return Map.of(
        "schedule",
        untimed(schedule).toString(),
        "number of examples",
        Long.toString(examples),
        "number of judged examples",
        Long.toString(judging),
        "start",
        "weights with the SHA-256 " + digest(session.weights(Trainer.Version.CURRENT)));
  }

  /** What did not suffice may be longer the next time. */
  private static Schedule untimed(Schedule schedule) {
    return new Schedule(
        schedule.steps(),
        schedule.batch(),
        schedule.rate(),
        schedule.averaging(),
        schedule.regrowth(),
        schedule.evaluations(),
        schedule.patience(),
        Duration.ZERO,
        schedule.seed());
  }

  private static String digest(Map<String, Map<String, Tensor>> weights) {
    MessageDigest digest = Sha256.digest();
    new TreeMap<>(weights)
        .forEach(
            (student, own) ->
                new TreeMap<>(own)
                    .forEach(
                        (key, tensor) -> {
                          String form = student + "\n" + key + "\n" + tensor + "\n";
                          digest.update(form.getBytes(StandardCharsets.UTF_8));
                          if (tensor.dataType() != DataType.STRING) {
                            digest.update(tensor.bytes().asByteBuffer());
                          }
                        }));
    return HexFormat.of().formatHex(digest.digest());
  }
}
