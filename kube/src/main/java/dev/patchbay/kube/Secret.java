package dev.patchbay.kube;

/**
 * A value that no log line and no error shows.
 *
 * @param value the thing itself
 */
public record Secret(String value) {
  @Override
  public String toString() {
    return "(secret)";
  }
}
