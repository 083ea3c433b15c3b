package dev.patchbay.agent.cases;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.patchbay.agent.cni.Selection;
import dev.patchbay.agent.journal.Caller;
import dev.patchbay.agent.reconcile.Wanted;
import dev.patchbay.agent.vpc.FolderVpcStore;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.skel.CniRequest;
import dev.patchbay.cni.skel.RequestParser;
import dev.patchbay.core.nic.IfName;
import dev.patchbay.core.nic.Netns;
import dev.patchbay.core.nic.Owner;
import dev.patchbay.core.plan.Guest;
import dev.patchbay.core.plan.Sandbox;
import dev.patchbay.kube.PodFacts;
import dev.patchbay.kube.dialect.Dialects;
import dev.patchbay.kube.dialect.Folders;
import dev.patchbay.kube.dialect.Requested;
import dev.patchbay.linux.fake.FakeKernel;
import dev.patchbay.vpc.BuiltInProvider;
import dev.patchbay.vpc.InMemoryVpcStore;
import dev.patchbay.vpc.Port;
import dev.patchbay.vpc.PortOwners;
import dev.patchbay.vpc.Subnet;
import dev.patchbay.vpc.Vpc;
import dev.patchbay.vpc.VpcProvider;
import dev.patchbay.vpc.VpcSettings;
import dev.patchbay.vpc.VpcStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One golden case: a folder with what a runtime sends (pod.yaml), what the host has (host.yaml) and
 * the plan that comes of it (plan.yaml).
 *
 * @param folder where its files are
 * @param pod what the runtime sends
 * @param host what the host has
 */
public record Case(Path folder, Fields pod, HostFile host) {
  private static final Path CASES = Path.of("src/test/resources/cases");
  private static final String RUNTIME = "/usr/bin/containerd";

  /** All cases, by name. */
  public static List<Case> all() {
    try (Stream<Path> folders = Files.list(CASES)) {
      return folders.filter(Files::isDirectory).sorted().map(Case::read).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The case of that name. */
  public static Case named(String name) {
    return read(CASES.resolve(name));
  }

  private static Case read(Path folder) {
    return new Case(
        folder,
        Yaml.fields(folder.resolve("pod.yaml")),
        HostFile.read(Yaml.fields(folder.resolve("host.yaml"))));
  }

  /** The folder's name. */
  public String name() {
    return folder.getFileName().toString();
  }

  /** One sentence. */
  public String about() {
    return pod.required("about");
  }

  /** The virtual machine that gets the NICs; empty for a container. */
  public Optional<Guest> guest() {
    return pod.object("guest")
        .map(guest -> {
          Map<IfName, String> devices = new LinkedHashMap<>();
          Fields given = guest.object("devices").orElseThrow();
          given
              .node()
              .propertyNames()
              .forEach(nic -> devices.put(new IfName(nic), given.required(nic)));
          return new Guest(
              guest.required("vm"),
              devices,
              (int) guest.whole("owner", 0, 65_535).orElseThrow(),
              Duration.ofSeconds(guest.whole("patience", 1, 600).orElseThrow()));
        });
  }

  /** A machine as host.yaml describes it, with the pod's namespace and what is in that already. */
  public Machine machine() {
    FakeKernel kernel = new FakeKernel();
    host.build(kernel);
    return new Machine(kernel, addPod(kernel, pod.required("netns")));
  }

  /**
   * A machine and the namespace of the case's pod.
   *
   * @param kernel the machine
   * @param netns the pod's
   */
  public record Machine(FakeKernel kernel, Netns netns) {}

  /** A namespace for one more pod of this kind. */
  public Netns addPod(FakeKernel kernel, String path) {
    Netns netns = kernel.createNetns(path);
    host.buildPod(kernel, netns);
    return netns;
  }

  /** What the case's pod wants. */
  public Wanted wanted(Netns netns) {
    return wanted(netns, pod.required("containerId"));
  }

  /** What another container wants that is configured the same. */
  public Wanted wanted(Netns netns, String containerId) {
    CniRequest.Add add = request(netns, containerId);
    PodFacts facts = PodFacts.read(add.args(), add.conf().runtimeConfig());
    Requested requested =
        Dialects.read(
            add.conf(),
            add.attachment().ifName(),
            facts,
            new Folders(folder.resolve("net.d"), Optional.of(folder.resolve("networks"))));
    Selection selection = Selection.of(requested, add.args(), true, provider(vpcs()));
    Owner owner =
        facts
            .uid()
            .<Owner>map(Owner.Pod::new)
            .orElseGet(() -> new Owner.Container(RUNTIME, containerId));
    List<String> path = add.path().stream().map(Path::toString).toList();
    return new Wanted(
        new Sandbox(owner, containerId, netns, add.args().toString(), path, guest()),
        new Caller(
            RUNTIME,
            add.conf().name().value(),
            Optional.of(add.attachment().ifName()),
            facts.namespace(),
            facts.name()),
        selection.attachments(),
        selection.primary());
  }

  /** The VPCs, subnets and ports that are defined before anything is attached. */
  public InMemoryVpcStore vpcs() {
    var files = new FolderVpcStore(folder.resolve("vpc"));
    var store = new InMemoryVpcStore();
    for (var kind : List.of(Vpc.class, Subnet.class, Port.class)) {
      files.list(kind, "").forEach(stored -> store.create(stored.object()));
    }
    return store;
  }

  /** A node's provider above a store. */
  public static VpcProvider provider(VpcStore store) {
    var settings =
        new VpcSettings(
            "node-1",
            true,
            VpcSettings.DEFAULT_CIDR,
            Path.of("/run/netns"),
            VpcSettings.DEFAULT_UPLINKS);
    return new BuiltInProvider(store, settings, PortOwners.NONE);
  }

  private CniRequest.Add request(Netns netns, String containerId) {
    Map<String, String> environment =
        Map.of(
            "CNI_COMMAND",
            "ADD",
            "CNI_CONTAINERID",
            containerId,
            "CNI_NETNS",
            netns.path(),
            "CNI_IFNAME",
            pod.required("ifName"),
            "CNI_ARGS",
            pod.text("args").orElse(""),
            "CNI_PATH",
            "/opt/cni/bin");
    byte[] stdin = Json.text(pod.object("conf").orElseThrow().node()).getBytes(UTF_8);
    return (CniRequest.Add) RequestParser.parse(environment, stdin);
  }

  @Override
  public String toString() {
    return name();
  }
}
