package dev.patchbay.agent.cni;

import dev.patchbay.agent.config.AgentConfig;
import dev.patchbay.agent.reconcile.Edges;
import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.libcni.PluginSearch;
import dev.patchbay.cni.skel.CniArgs;
import dev.patchbay.cni.skel.CniRequest;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.NicKind;
import dev.patchbay.core.plan.Attachment;
import dev.patchbay.core.plan.HostView;
import dev.patchbay.core.plan.LeaseOp;
import dev.patchbay.ipam.HostLocalLeases;
import dev.patchbay.ipam.RangeSets;
import dev.patchbay.kube.PodFacts;
import dev.patchbay.kube.dialect.Dialects;
import dev.patchbay.kube.dialect.Folders;
import dev.patchbay.kube.dialect.Requested;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Looks whether an ADD of a configuration would find what it needs: its parent links, a free
 * address in each pool, its plugins.
 *
 * @param config where plugins are
 * @param edges the machine
 * @param delegates asks third-party plugins
 */
record StatusProbe(AgentConfig config, Edges edges, DelegateNetworks delegates) {
  /** STATUS names no interface; any will do, since none is made. */
  private static final IfName PRIMARY = new IfName("eth0");

  Optional<CniError> trouble(CniRequest.Status request) {
    try {
      Requested requested =
          Dialects.read(
              request.conf(),
              PRIMARY,
              PodFacts.UNKNOWN,
              new Folders(config.confDir(), Optional.of(config.networkDefinitions())));
      Selection selection =
          Selection.of(requested, CniArgs.NONE, config.nativeKinds(), edges.vpcs());
      List<String> path =
          Stream.concat(request.path().stream(), config.delegateDirs().stream())
              .map(Path::toString)
              .distinct()
              .toList();
      return selection.attachments().stream()
          .flatMap(nic -> nic.chain().stream())
          .flatMap(member -> trouble(member, path).stream())
          .findFirst()
          .or(() ->
              requested.nics().stream()
                  .flatMap(nic -> delegates.status(nic.definition(), request.path()).stream())
                  .findFirst());
    } catch (CniException e) {
      return Optional.of(
          new CniError(CniError.NOT_AVAILABLE, e.error().msg(), e.error().details()));
    }
  }

  private Optional<CniError> trouble(Attachment.Member member, List<String> path) {
    return switch (member) {
      case Attachment.Member.Native(var kind, var ipam, _, _) ->
          parentTrouble(kind).or(() -> ipamTrouble(ipam, path));
      case Attachment.Member.Tuning _ -> Optional.empty();
      case Attachment.Member.Exec(var type, _) -> pluginTrouble(type, path);
    };
  }

  private Optional<CniError> parentTrouble(NicKind kind) {
    if (!(kind instanceof NicKind.Macvlan macvlan)
        || macvlan.parentInPod()
        || macvlan.parent().isEmpty()) {
      return Optional.empty();
    }
    IfName parent = macvlan.parent().get();
    HostView view = edges.host().view(Set.of(parent));
    // pods that have a slice of it are cut off as well
    return view.links().containsKey(parent)
        ? Optional.empty()
        : Optional.of(
            new CniError(
                CniError.NOT_AVAILABLE_LIMITED,
                "parent link \"" + parent + "\" is gone",
                "the host has " + view.present()));
  }

  private Optional<CniError> ipamTrouble(Attachment.Ipam ipam, List<String> path) {
    return switch (ipam) {
      case Attachment.Ipam.None _, Attachment.Ipam.Static _, Attachment.Ipam.Port _ ->
          Optional.empty();
      case Attachment.Ipam.Exec(var type, _) -> pluginTrouble(type, path);
      case Attachment.Ipam.HostLocal(var pool, _) -> poolTrouble(pool);
    };
  }

  private Optional<CniError> poolTrouble(LeaseOp.Pool pool) {
    if (!(edges.leases() instanceof HostLocalLeases leases)) {
      return Optional.empty();
    }
    try {
      var usage =
          leases.store(Path.of(pool.dataDir()), pool.network()).usage(RangeSets.of(pool.sets()));
      return usage.stream().anyMatch(set -> set.exhausted())
          ? Optional.of(
              new CniError(
                  CniError.NOT_AVAILABLE,
                  "no free address in pool \"" + pool.network() + "\"",
                  "widen its ranges: " + RangeSets.of(pool.sets())))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.of(
          new CniError(
              CniError.NOT_AVAILABLE,
              "pool \"" + pool.network() + "\" cannot be read",
              e.toString()));
    }
  }

  private Optional<CniError> pluginTrouble(String type, List<String> path) {
    PluginSearch search = PluginSearch.excluding(config.binDir());
    return search.find(type, path).isPresent()
        ? Optional.empty()
        : Optional.of(
            new CniError(
                CniError.NOT_AVAILABLE,
                "no CNI plugin \"" + type + "\" in " + String.join(":", search.folders(path)),
                "install it; present are " + String.join(", ", search.present(path))));
  }
}
