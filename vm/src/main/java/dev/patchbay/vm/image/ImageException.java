package dev.patchbay.vm.image;

import java.io.IOException;

/** An image cannot be had; the message says what was asked, what is wrong, and what to do. */
public final class ImageException extends IOException {
  private static final long serialVersionUID = 1;

  private final Kind kind;

  /** What is wrong. */
  public enum Kind {
    /** The name is none. */
    INVALID_NAME("InvalidImageName", false),
    /** No entry of the table has the name. */
    UNKNOWN("ErrImageUnknown", false),
    /** The table itself cannot be read. */
    INVALID_TABLE("InvalidImageTable", false),
    /** It is not here, and it must not be fetched. */
    NEVER_PULLED("ErrImageNeverPull", false),
    /** Where it should come from does not answer, or breaks off. */
    UNREACHABLE("ErrImagePull", true),
    /** It came, and is not what the table says. */
    WRONG_CHECKSUM("ImageChecksumMismatch", true),
    /** A part of it is missing. */
    TRUNCATED("ImageTruncated", true),
    /** What came is no image of that format, or one that names files of the host. */
    NOT_AN_IMAGE("InvalidImage", false),
    /** The disk is full. */
    NO_SPACE("NoSpaceForImage", true),
    /** A program that is needed is missing or failed. */
    TOOL("ImageToolFailed", false);

    private final String reason;
    private final boolean retryable;

    Kind(String reason, boolean retryable) {
      this.reason = reason;
      this.retryable = retryable;
    }
  }

  ImageException(Kind kind, String what, String remedy) {
    super(what + "; " + remedy);
    this.kind = kind;
  }

  ImageException(Kind kind, String what, String remedy, Throwable cause) {
    super(what + "; " + remedy, cause);
    this.kind = kind;
  }

  /** What is wrong. */
  public Kind kind() {
    return kind;
  }

  /** The reason of events and conditions, in the words that kubelet uses where it has them. */
  public String reason() {
    return kind.reason;
  }

  /** Whether the same request may succeed later with nobody changing anything here. */
  public boolean isRetryable() {
    return kind.retryable;
  }
}
