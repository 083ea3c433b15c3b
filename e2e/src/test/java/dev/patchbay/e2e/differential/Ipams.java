package dev.patchbay.e2e.differential;

/** The {@code ipam} objects that scenarios share. */
final class Ipams {
  static final String RANGE4 = "[{\"subnet\": \"10.90.0.0/24\"}]";
  static final String RANGE6 = "[{\"subnet\": \"fd00:90::/64\"}]";
  static final String V4 = hostLocal(RANGE4);
  static final String V6 = hostLocal(RANGE6);
  static final String DUAL = hostLocal(RANGE4 + ", " + RANGE6);

  private Ipams() {}

  /** host-local with those range sets. */
  static String hostLocal(String sets) {
    return hostLocal(sets, "");
  }

  /**
   * host-local with range sets and further keys.
   *
   * @param more further keys, each after a comma
   */
  static String hostLocal(String sets, String more) {
    return """
    {"type": "host-local", "dataDir": "$LEASES", "ranges": [%s]%s}\
    """
        .formatted(sets, more);
  }

  /** host-local for both families with these routes. */
  static String routed(String routes) {
    return hostLocal(RANGE4 + ", " + RANGE6, ", \"routes\": [" + routes + "]");
  }

  /** host-local for IPv4 with these routes: IPv6 costs the reference two seconds of waiting. */
  static String routed4(String routes) {
    return hostLocal(RANGE4, ", \"routes\": [" + routes + "]");
  }

  /** static with those addresses and further keys, each after a comma. */
  static String fixed(String addresses, String more) {
    return """
    {"type": "static", "addresses": [%s]%s}\
    """
        .formatted(addresses, more);
  }
}
