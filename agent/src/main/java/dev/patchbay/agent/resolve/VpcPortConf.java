package dev.patchbay.agent.resolve;

import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.cni.skel.CniArgs;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.core.plan.Attachment;
import dev.patchbay.core.plan.PortOp;
import dev.patchbay.kube.PodFacts;
import dev.patchbay.kube.dialect.AlktronDialect;
import dev.patchbay.vpc.PortRequest;
import dev.patchbay.vpc.VpcProvider;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/** The configuration of {@code alktron}: a port of a VPC's subnet. */
final class VpcPortConf {
  static final String TYPE = AlktronDialect.NAME;
  static final Set<String> SERVED =
      Set.of("vpc", "namespace", "port", "subnet", "ip", "defaultRoute");

  private VpcPortConf() {}

  /** Looks up what it asks for; throws CniException with the provider's reason. */
  static Attachment.Member read(Fields conf, CniArgs args, VpcProvider vpcs) {
    conf.required("vpc");
    Optional<String> podNamespace = args.value("K8S_POD_NAMESPACE").filter(it -> !it.isBlank());
    String namespace =
        conf.filled("namespace").or(() -> podNamespace).orElse(PodFacts.DEFAULT_NAMESPACE);
    var request =
        new PortRequest(
            namespace,
            conf.required("vpc"),
            conf.filled("subnet"),
            conf.filled("port"),
            conf.parsed("ip", Cidr::ip).map(List::of).orElse(List.of()),
            conf.object("defaultRoute").map(VpcPortConf::defaultRoute),
            args.value("K8S_POD_NAME")
                .map(name -> podNamespace.orElse(PodFacts.DEFAULT_NAMESPACE) + "/" + name)
                .orElse(""));
    return switch (vpcs.resolve(request)) {
      case VpcProvider.Resolution.Found(var kind, var port) ->
          new Attachment.Member.Native(kind, port, Optional.empty(), Optional.empty());
      case VpcProvider.Resolution.Refused(var why) -> {
        CniError error = CniError.of(why);
        throw new CniException(
            new CniError(error.code(), conf.origin() + ": " + error.msg(), error.details()));
      }
    };
  }

  private static PortOp.DefaultRoute defaultRoute(Fields route) {
    OptionalLong metric = route.whole("metric", 0, Integer.MAX_VALUE);
    return new PortOp.DefaultRoute(
        route.parsed("gateway", Cidr::ip),
        metric.isPresent() ? OptionalInt.of((int) metric.getAsLong()) : OptionalInt.empty());
  }
}
