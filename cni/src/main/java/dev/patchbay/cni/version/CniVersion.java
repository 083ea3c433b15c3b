package dev.patchbay.cni.version;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** A version of the CNI specification that we speak, oldest first. */
public enum CniVersion {
  /** The first one: a result has one address per family. */
  V0_1_0("0.1.0"),
  /** Adds VERSION. */
  V0_2_0("0.2.0"),
  /** Adds interfaces and many addresses to the result, and plugin chains. */
  V0_3_0("0.3.0"),
  /** Corrects the specification's text of 0.3.0. */
  V0_3_1("0.3.1"),
  /** Adds CHECK, and the previous result to DEL. */
  V0_4_0("0.4.0"),
  /** Drops {@code ips[].version}, and configurations that are no list. */
  V1_0_0("1.0.0"),
  /** Adds GC, STATUS, {@code cniVersions} and more about interfaces and routes. */
  V1_1_0("1.1.0");

  /** The newest that we speak. */
  public static final CniVersion LATEST = V1_1_0;

  private final String text;

  CniVersion(String text) {
    this.text = text;
  }

  /** The version written so; empty for one that we do not speak or that is no version. */
  public static Optional<CniVersion> of(String text) {
    return Arrays.stream(values()).filter(v -> v.text.equals(text)).findFirst();
  }

  /** All of them as text, oldest first. */
  public static List<String> texts() {
    return Arrays.stream(values()).map(CniVersion::text).toList();
  }

  /** As in a configuration: {@code 1.1.0}. */
  public String text() {
    return text;
  }

  /** Whether this is the other version or a newer one. */
  public boolean atLeast(CniVersion other) {
    return compareTo(other) >= 0;
  }

  @Override
  public String toString() {
    return text;
  }
}
