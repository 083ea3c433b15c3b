package dev.patchbay.core.nic;

/**
 * A network namespace: where it can be opened and which one is meant.
 *
 * @param path the file to open, such as /run/netns/cni-1; empty for the host's own namespace,
 *     whichever the agent was told that is
 * @param cookie the kernel's SO_NETNS_COOKIE, never reused within a boot; 0 when it was not looked
 *     at. A path whose namespace has another cookie leads to a stranger: the meant one is gone
 */
public record Netns(String path, long cookie) {
  /** The host's own namespace. */
  public static final Netns HOST = new Netns("", 0);

  // the kernel counts cookies up from 1
  private static final long NEVER = -1;

  /** Throws IllegalArgumentException unless the path is absolute or empty. */
  public Netns {
    if (!path.isEmpty() && !path.startsWith("/")) {
      throw new IllegalArgumentException(
          "network namespace \"" + path + "\" is not an absolute path");
    }
  }

  /** The namespace at a path whose cookie has not been read. */
  public static Netns at(String path) {
    return new Netns(path, 0);
  }

  /**
   * The namespace that an earlier boot had at this path: cookies begin anew with every boot, so
   * whatever is there now is a stranger.
   */
  public Netns ofEarlierBoot() {
    return new Netns(path, NEVER);
  }

  /** Whether this is the host's own namespace. */
  public boolean isHost() {
    return path.isEmpty();
  }

  @Override
  public String toString() {
    return isHost() ? "host" : path;
  }
}
