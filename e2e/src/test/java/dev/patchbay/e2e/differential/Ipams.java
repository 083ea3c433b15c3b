package dev.patchbay.e2e.differential;

/** The {@code ipam} objects that scenarios share. */
final class Ipams {
  static final String V4 = hostLocal("[{\"subnet\": \"10.90.0.0/24\"}]", "");
  static final String V6 = hostLocal("[{\"subnet\": \"fd00:90::/64\"}]", "");
  static final String DUAL =
      hostLocal("[{\"subnet\": \"10.90.0.0/24\"}], [{\"subnet\": \"fd00:90::/64\"}]", "");

  private Ipams() {}

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
}
