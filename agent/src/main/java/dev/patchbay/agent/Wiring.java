package dev.patchbay.agent;

import dev.patchbay.agent.api.ApiServer;
import dev.patchbay.agent.cni.CniServer;
import dev.patchbay.agent.cni.DelegatePerformer;
import dev.patchbay.agent.cni.NicResults;
import dev.patchbay.agent.config.AgentConfig;
import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.node.NodeParts;
import dev.patchbay.agent.reconcile.ContainerLocks;
import dev.patchbay.agent.reconcile.Edges;
import dev.patchbay.agent.reconcile.NodeReconciler;
import dev.patchbay.agent.reconcile.Recovery;
import dev.patchbay.agent.spool.DelSpool;
import dev.patchbay.agent.vm.ConsoleAttendance;
import dev.patchbay.agent.vm.Consoles;
import dev.patchbay.agent.vm.GuestPerformer;
import dev.patchbay.agent.vm.GuestSide;
import dev.patchbay.agent.vm.Launcher;
import dev.patchbay.agent.vm.MachineCgroups;
import dev.patchbay.agent.vm.Machines;
import dev.patchbay.agent.vm.RunningGuests;
import dev.patchbay.agent.vpc.FinishedPods;
import dev.patchbay.agent.vpc.FolderVpcStore;
import dev.patchbay.agent.vpc.KubePortOwners;
import dev.patchbay.agent.vpc.KubeVpcStore;
import dev.patchbay.agent.vpc.VpcChores;
import dev.patchbay.cni.libcni.DelegateExec;
import dev.patchbay.cni.libcni.ExecLimits;
import dev.patchbay.cni.libcni.PluginSearch;
import dev.patchbay.ipam.DirectoryLock;
import dev.patchbay.ipam.HostLocalLeases;
import dev.patchbay.kube.client.Fabric8KubeApi;
import dev.patchbay.kube.client.KubeApi;
import dev.patchbay.linux.apply.LinuxHost;
import dev.patchbay.linux.apply.LinuxKernel;
import dev.patchbay.linux.libc.FileLock;
import dev.patchbay.linux.netns.NamedNetns;
import dev.patchbay.linux.netns.NetnsFolder;
import dev.patchbay.linux.netns.NetnsHandle;
import dev.patchbay.linux.netns.OwnedNetns;
import dev.patchbay.vm.image.FetchLimits;
import dev.patchbay.vm.image.Images;
import dev.patchbay.vpc.BuiltInProvider;
import dev.patchbay.vpc.PortOwners;
import dev.patchbay.vpc.VpcProvider;
import dev.patchbay.vpc.VpcSettings;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is wired to what, all of it in this one file.
 *
 * @param journal what was promised
 * @param recovery brings journal and machine together
 * @param server answers the shim
 * @param api answers the command line
 * @param spool DELs that came while nobody was here
 * @param vpcs where VPCs, subnets and ports are kept
 * @param chores for VPCs
 * @param bootId this boot
 * @param node what a node role towards the Kubernetes API works with
 * @param guests serves the NICs of guests and watches what becomes of them
 * @param consoles of the machines
 */
record Wiring(
    Journal journal,
    Recovery recovery,
    CniServer server,
    ApiServer api,
    DelSpool spool,
    VpcProvider vpcs,
    VpcChores chores,
    String bootId,
    NodeParts node,
    GuestSide guests,
    Consoles consoles) {
  private static final Logger LOG = LoggerFactory.getLogger(Wiring.class);

  /** How the namespaces of pods begin that no runtime makes. */
  private static final String POD_NETNS = "patchbay-pod-";

  private static final Path STAT = Path.of("/proc/stat");
  private static final String BOOT_TIME = "btime ";
  private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

  /** host-local itself holds the lock for microseconds; this long means that something is stuck. */
  private static final Duration LOCK_LIMIT = Duration.ofSeconds(10);

  static Wiring of(AgentConfig config, NetnsHandle host) throws IOException {
    String bootId = config.bootId().orElseGet(Wiring::thisBoot);
    Journal journal = journal(config);
    var finished = new FinishedPods();
    var consoles = new Consoles(config.machines(), config.vm().console(), Clock.systemUTC());
    // before any NIC is touched: those of a machine that runs are asked for first
    Machines machines = machines(config, consoles);
    Edges edges = edges(config, host, finished, machines);
    var reconciler = new NodeReconciler(edges, journal, bootId, Clock.systemUTC());
    var locks = new ContainerLocks();
    var recovery = new Recovery(journal, reconciler, locks, bootId);
    var api =
        new ApiServer(config, edges, journal, reconciler, locks, Clock.systemUTC(), bootInstant());
    GuestSide guests = GuestSide.start(journal, edges.host(), NicResults::of, machines, bootId);
    api.sees(guests);
    var node =
        new NodeParts(
            journal,
            reconciler,
            locks,
            namespaces(config),
            finished,
            machines,
            images(config),
            guests,
            Clock.systemUTC());
    api.talks(consoles, journal, host);
    return new Wiring(
        journal,
        recovery,
        new CniServer(config, edges, journal, reconciler, locks),
        api,
        new DelSpool(config.spool()),
        edges.vpcs(),
        new VpcChores(journal, reconciler, locks, edges.vpcs(), routers(config)),
        bootId,
        node,
        guests,
        consoles);
  }

  private static Journal journal(AgentConfig config) throws IOException {
    giveSqliteAPlace(config.stateDir().resolve("native"));
    return Journal.open(config.journal());
  }

  private static OwnedNetns namespaces(AgentConfig config) {
    var folder = new NetnsFolder(NamedNetns.DEFAULT_FOLDER, POD_NETNS);
    return new OwnedNetns(folder, config.stateDir().resolve("namespaces"));
  }

  private static NetnsFolder routers(AgentConfig config) {
    return new NetnsFolder(config.vpc().routers(), VpcSettings.ROUTER_PREFIX);
  }

  private static Images images(AgentConfig config) {
    return new Images(
        config.vm().images(),
        config.stateDir().resolve("images"),
        config.vm().qemu().resolveSibling("qemu-img"),
        FetchLimits.DEFAULT);
  }

  /** Those that run are found before anything is planned for them. */
  private static Machines machines(AgentConfig config, Consoles consoles) throws IOException {
    var launcher = new Launcher(config.vm().launcher(), MachineCgroups.here());
    var machines =
        new Machines(
            config.vm(), config.machines(), config.machineSockets(), launcher, Clock.systemUTC());
    machines.listen(new ConsoleAttendance(consoles));
    int found = machines.adopt();
    if (found > 0) {
      LOG.info("Patchbay: {} virtual machines run on", found);
    }
    return machines;
  }

  /** What answers the shim, alone, with a journal of the caller's. */
  static CniServer server(AgentConfig config, NetnsHandle host, Journal journal)
      throws IOException {
    Edges edges = edges(config, host, new FinishedPods(), RunningGuests.NONE);
    String bootId = config.bootId().orElseGet(Wiring::thisBoot);
    var reconciler = new NodeReconciler(edges, journal, bootId, Clock.systemUTC());
    return new CniServer(config, edges, journal, reconciler, new ContainerLocks());
  }

  /**
   * SQLite's library is unpacked at every start, and an agent that is killed cannot clean up after
   * itself; the next one does.
   */
  private static void giveSqliteAPlace(Path folder) throws IOException {
    Files.createDirectories(folder);
    try (DirectoryStream<Path> left = Files.newDirectoryStream(folder)) {
      for (Path file : left) {
        Files.delete(file);
      }
    }
    System.setProperty("org.sqlite.tmpdir", folder.toString());
  }

  private static Edges edges(
      AgentConfig config, NetnsHandle host, FinishedPods finished, RunningGuests machines)
      throws IOException {
    var search = PluginSearch.excluding(config.binDir());
    var exec =
        new DelegateExec(
            search,
            config.launcher(),
            ExecLimits.within(config.delegateLimit()),
            Wiring::delegateSaid);
    List<String> folders = config.delegateDirs().stream().map(Path::toString).toList();
    DirectoryLock lock =
        folder -> {
          FileLock held = FileLock.acquire(folder.resolve(DirectoryLock.FILE), LOCK_LIMIT);
          return held::close;
        };
    var observer = new LinuxHost(host);
    return new Edges(
        observer,
        () -> LinuxKernel.open(host),
        new HostLocalLeases(lock),
        (environment, cancellation) ->
            new DelegatePerformer(exec, observer, folders, environment, cancellation),
        exec,
        new GuestPerformer(machines),
        vpcs(config, finished));
  }

  /** Without an API, VPCs and ports are files, and their pods are known to nobody. */
  private static BuiltInProvider vpcs(AgentConfig config, FinishedPods finished) {
    return config
        .kubeconfig()
        .map(file -> {
          KubeApi api = Fabric8KubeApi.ofKubeconfig(file);
          return new BuiltInProvider(
              new KubeVpcStore(api), config.vpc(), new KubePortOwners(api, finished));
        })
        .orElseGet(() ->
            new BuiltInProvider(
                new FolderVpcStore(config.stateDir().resolve("vpc")),
                config.vpc(),
                PortOwners.NONE));
  }

  private static void delegateSaid(String plugin, String line) {
    LOG.info("Patchbay: plugin {}: {}", plugin, line);
  }

  private static String thisBoot() {
    try {
      return Files.readString(BOOT_ID).strip();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(
          BOOT_ID + " cannot be read; set bootId in the agent's configuration", e);
    }
  }

  /**
   * proc(5): whole seconds, rounded down, so that no file of this boot is before it, unless the
   * clock was set forward after that file was written.
   */
  private static Instant bootInstant() throws IOException {
    for (String line : Files.readAllLines(STAT)) {
      if (line.startsWith(BOOT_TIME)) {
        return Instant.ofEpochSecond(Long.parseLong(line.substring(BOOT_TIME.length()).strip()));
      }
    }
    throw new IOException(STAT + " has no line btime, which tells when this kernel started");
  }
}
