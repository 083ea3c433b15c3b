package dev.patchbay.kube.dialect;

import java.util.List;

/**
 * All NICs that one request asks for.
 *
 * @param nics in the order in which they are to be attached
 * @param primaryFirst whether the first one is the pod's primary NIC, whose default route counts
 *     unless another's request has one; false when the runtime asked for one network by itself,
 *     whose routes are then left as they are
 * @param logPrefix how each log line about the request begins
 * @param notes what the user should know though it is no error, each naming the place; no secrets
 */
public record Requested(
    List<Selected> nics, boolean primaryFirst, String logPrefix, List<String> notes) {
  /** The prefix of requests that follow Genie's rules; tools look for it in the logs. */
  public static final String GENIE_PREFIX = "CNI Genie";

  /** The prefix of all other requests. */
  public static final String PATCHBAY_PREFIX = "Patchbay";

  /** Copies the lists. */
  public Requested {
    nics = List.copyOf(nics);
    notes = List.copyOf(notes);
  }
}
