package dev.patchbay.linux.netlink;

import java.io.IOException;

/** Bytes that are no netlink message or attribute; the only exception that the parsers throw. */
public final class MalformedNetlinkException extends IOException {
  /** Says what is wrong with the bytes and where. */
  public MalformedNetlinkException(String message) {
    super(message);
  }
}
