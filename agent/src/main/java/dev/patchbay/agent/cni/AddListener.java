package dev.patchbay.agent.cni;

import dev.patchbay.cni.result.Result;
import dev.patchbay.core.nic.IfName;
import java.util.List;

/** Hears of pods that an ADD has just given NICs; the pod waits while it is called. */
public interface AddListener {
  /**
   * All NICs that the ADD brought are there.
   *
   * @param namespace the pod's
   * @param pod its name
   * @param uid its UID
   * @param nics in the order of the request, the primary one marked
   */
  void added(String namespace, String pod, String uid, List<Nic> nics);

  /**
   * One NIC.
   *
   * @param network the definition as {@code namespace/name}, or the name of the configuration of a
   *     network that has no definition
   * @param ifName its name in the pod
   * @param result what its plugins answered
   * @param primary whether it is the pod's default network
   */
  record Nic(String network, IfName ifName, Result result, boolean primary) {}
}
