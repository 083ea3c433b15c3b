package dev.patchbay.linux.rtnetlink;

import dev.patchbay.core.nic.IfName;

/** How a request says which link it means, within the namespace of the socket. */
public sealed interface LinkId {
  /**
   * By number: the only safe way to mean a link that was seen before, as names are given anew.
   *
   * @param index above 0
   */
  record ByIndex(int index) implements LinkId {
    /** Throws IllegalArgumentException when the index is below 1. */
    public ByIndex {
      if (index < 1) {
        throw new IllegalArgumentException("link index " + index + " is below 1");
      }
    }

    @Override
    public String toString() {
      return "link " + index;
    }
  }

  /**
   * By name: for a link that was made in the same send, or that an administrator named.
   *
   * @param name its present name
   */
  record ByName(IfName name) implements LinkId {
    @Override
    public String toString() {
      return name.value();
    }
  }

  /** The link of that number. */
  static LinkId of(int index) {
    return new ByIndex(index);
  }

  /** The link of that name. */
  static LinkId of(IfName name) {
    return new ByName(name);
  }
}
