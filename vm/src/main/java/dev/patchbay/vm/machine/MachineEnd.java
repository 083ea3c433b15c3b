package dev.patchbay.vm.machine;

import java.time.Instant;

/**
 * How a machine's life ended.
 *
 * @param cause what ended it
 * @param exitCode as a container's would be: 0 where its guest has shut down by itself
 * @param message more of it, for people
 * @param at when it was noticed
 */
public record MachineEnd(Cause cause, int exitCode, String message, Instant at) {
  /** As a shell says of a process that got SIGKILL. */
  public static final int KILLED = 137;

  /** What ended it. */
  public enum Cause {
    /** Its guest has shut down. */
    GUEST_SHUTDOWN("GuestShutdown"),
    /** Its guest's kernel gave up. */
    GUEST_PANIC("GuestPanicked"),
    /** We ended it. */
    STOPPED("Stopped"),
    /** QEMU ended without being asked: a crash, a kill, too little memory on the host. */
    DIED("MachineDied"),
    /** The host was switched off or started anew. */
    HOST_REBOOT("HostRebooted");

    private final String reason;

    Cause(String reason) {
      this.reason = reason;
    }

    /** In one word, as reasons in statuses are. */
    public String reason() {
      return reason;
    }
  }
}
