package dev.patchbay.core.nic;

/**
 * Where a NIC was asked for, so that every error and {@code patchbay why} can say it.
 *
 * @param dialect the dialect's name, such as {@code genie}, {@code npwg}, {@code patchbay}, {@code
 *     cni}, {@code cli}
 * @param where the place, such as {@code annotation cni} or {@code annotation
 *     k8s.v1.cni.cncf.io/networks[1]}
 * @param text the element as the user wrote it
 */
public record Origin(String dialect, String where, String text) {
  @Override
  public String toString() {
    return where + " = " + text;
  }
}
