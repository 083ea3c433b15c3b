package dev.patchbay.cri;

import java.util.OptionalLong;

/**
 * What a container may use; empty is unlimited.
 *
 * @param cpuShares relative weight, 2 or more
 * @param cpuQuotaMicros microseconds of processor time in each 100 ms
 * @param memoryBytes the point at which the kernel kills
 */
public record Limits(
    OptionalLong cpuShares, OptionalLong cpuQuotaMicros, OptionalLong memoryBytes) {
  static final long PERIOD_MICROS = 100_000;

  // the kernel's lower bounds: kernel/sched/core.c
  private static final long MIN_SHARES = 2;
  private static final long MIN_QUOTA = 1_000;

  /** No limit at all. */
  public static final Limits NONE =
      new Limits(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());

  /** From a pod's requests and limits, in thousandths of a processor and bytes, as kubelet does. */
  public static Limits of(OptionalLong milliRequest, OptionalLong milliLimit, OptionalLong memory) {
    OptionalLong weight = milliRequest.isPresent() ? milliRequest : milliLimit;
    return new Limits(
        scaled(weight, 1024, MIN_SHARES), scaled(milliLimit, PERIOD_MICROS, MIN_QUOTA), memory);
  }

  private static OptionalLong scaled(OptionalLong milli, long factor, long least) {
    return milli.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(Math.max(least, milli.getAsLong() * factor / 1000));
  }
}
