package dev.patchbay.agent.journal;

import java.util.List;

/** Hears what became of NICs; must not wait for anything. */
@FunctionalInterface
public interface JournalWatch {
  /**
   * An operation has ended.
   *
   * @param now NICs as they are now
   * @param gone NICs that are not there any more
   */
  void concluded(List<NicRecord> now, List<NicKey> gone);
}
