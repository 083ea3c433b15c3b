package dev.patchbay.agent.cni;

import dev.patchbay.agent.config.AgentConfig;
import dev.patchbay.agent.journal.Caller;
import dev.patchbay.cni.skel.AttachmentId;
import dev.patchbay.cni.skel.CniArgs;
import dev.patchbay.cni.skel.CniRequest;
import dev.patchbay.cni.skel.StdinConf;
import dev.patchbay.core.nic.Owner;
import dev.patchbay.kube.PodFacts;
import dev.patchbay.kube.dialect.Dialects;
import dev.patchbay.kube.dialect.Folders;
import dev.patchbay.kube.dialect.Requested;
import dev.patchbay.vpc.VpcProvider;
import java.util.Optional;

/**
 * Whom a runtime's request is about, and what it asks for them.
 *
 * @param attachment the container and the interface
 * @param conf the network
 * @param args of {@code CNI_ARGS}
 * @param pod what the runtime tells of it
 * @param runtime the runtime's executable; empty when unknown
 */
record Party(AttachmentId attachment, StdinConf conf, CniArgs args, PodFacts pod, String runtime) {
  static Party of(CniRequest.Add request, String runtime) {
    return of(request.attachment(), request.conf(), request.args(), runtime);
  }

  static Party of(CniRequest.Del request, String runtime) {
    return of(request.attachment(), request.conf(), request.args(), runtime);
  }

  private static Party of(AttachmentId attachment, StdinConf conf, CniArgs args, String runtime) {
    PodFacts pod = PodFacts.read(args, conf.runtimeConfig());
    return new Party(attachment, conf, args, pod, runtime);
  }

  String containerId() {
    return attachment.container().value();
  }

  /** The pod, where the runtime names one. */
  Owner owner() {
    return pod.uid()
        .<Owner>map(Owner.Pod::new)
        .orElseGet(() -> new Owner.Container(runtime, containerId()));
  }

  Caller caller() {
    return new Caller(
        conf.fields().filled("runtime").orElse(runtime),
        conf.name().value(),
        Optional.of(attachment.ifName()),
        pod.namespace(),
        pod.name());
  }

  /** What a dialect read, and what it came to. */
  record Asking(Requested requested, Selection selection) {}

  /** Throws CniException for what cannot be understood or resolved. */
  Asking asking(AgentConfig config, VpcProvider vpcs) {
    var folders = new Folders(config.confDir(), Optional.of(config.networkDefinitions()));
    Requested requested = Dialects.read(conf, attachment.ifName(), pod, folders);
    return new Asking(requested, Selection.of(requested, args, config.nativeKinds(), vpcs));
  }

  @Override
  public String toString() {
    return pod.name().isPresent() ? pod.toString() : containerId();
  }
}
