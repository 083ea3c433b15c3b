package dev.patchbay.agent.cni;

import dev.patchbay.agent.resolve.Asked;
import dev.patchbay.agent.resolve.Resolver;
import dev.patchbay.cni.skel.CniArgs;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.plan.Attachment;
import dev.patchbay.kube.dialect.Requested;
import dev.patchbay.kube.dialect.Selected;
import dev.patchbay.vpc.VpcProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * From what a dialect read to attachments.
 *
 * @param attachments in the order asked for
 * @param primary whose default route counts; empty for a single NIC asked for by itself
 * @param warnings about keys that nobody reads
 */
public record Selection(
    List<Attachment> attachments, Optional<IfName> primary, List<String> warnings) {
  /** Copies the lists. */
  public Selection {
    attachments = List.copyOf(attachments);
    warnings = List.copyOf(warnings);
  }

  /** Resolves everything; throws CniException for the first that cannot be. */
  public static Selection of(
      Requested requested, CniArgs args, boolean nativeKinds, VpcProvider vpcs) {
    List<String> warnings = new ArrayList<>();
    var resolver = new Resolver(nativeKinds, args, vpcs, warnings::add);
    List<Attachment> attachments = new ArrayList<>();
    for (Selected nic : requested.nics()) {
      IfName name = nic.request().ifName().orElseThrow();
      attachments.add(resolver.resolve(new Asked(nic.request(), name, nic.definition())));
    }
    return new Selection(
        attachments, requested.primaryFirst() ? primary(requested) : Optional.empty(), warnings);
  }

  /**
   * The first, unless another was asked to have the default route (NPWG, {@code default-route}).
   */
  private static Optional<IfName> primary(Requested requested) {
    return requested.nics().stream()
        .filter(
            nic -> nic.request().defaultRoute().filter(gateways -> !gateways.isEmpty()).isPresent())
        .findFirst()
        .or(() -> requested.nics().stream().findFirst())
        .flatMap(nic -> nic.request().ifName());
  }
}
