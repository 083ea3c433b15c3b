package dev.patchbay.linux.rtnetlink;

/** One property of a bridge's port (linux/if_link.h, IFLA_BRPORT_*). */
public sealed interface PortSetting {
  /** Whether frames may leave by the port they came from. */
  record Hairpin(boolean on) implements PortSetting {}

  /** Whether the port exchanges no frames with other isolated ports. */
  record Isolated(boolean on) implements PortSetting {}

  /** Whether the bridge learns addresses here. */
  record Learning(boolean on) implements PortSetting {}

  /** Whether frames for unknown addresses go out here. */
  record UnicastFlood(boolean on) implements PortSetting {}
}
