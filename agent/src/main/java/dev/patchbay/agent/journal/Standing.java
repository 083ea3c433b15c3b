package dev.patchbay.agent.journal;

import dev.patchbay.core.plan.Bindings;
import java.time.Instant;
import java.util.Optional;

/** What changes of a record; what was asked for and planned does not, so it is written once. */
record Standing(Bindings bound, Instant since, Optional<String> trouble) {
  static Standing of(NicRecord record) {
    return new Standing(record.bound(), record.since(), record.trouble());
  }
}
