package dev.patchbay.cni.libcni;

import java.time.Duration;

/**
 * How long and how much a plugin may.
 *
 * @param time from start to end, all attempts together
 * @param stdoutBytes the longest answer that is read
 * @param busyAttempts how often a program is tried that is being written to (ETXTBSY)
 * @param busyPause between two such attempts
 */
public record ExecLimits(Duration time, int stdoutBytes, int busyAttempts, Duration busyPause) {
  private static final int MAX_STDOUT = 64 << 20;

  /** The reference library's attempts (6, a second apart), within that time. */
  public static ExecLimits within(Duration time) {
    return new ExecLimits(time, MAX_STDOUT, 6, Duration.ofSeconds(1));
  }
}
