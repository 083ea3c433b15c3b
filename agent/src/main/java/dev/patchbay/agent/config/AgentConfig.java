package dev.patchbay.agent.config;

import dev.patchbay.agent.vm.VmConfig;
import dev.patchbay.core.nic.Cidr;
import dev.patchbay.vpc.VpcSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * The agent's settings, from /etc/patchbay/agent.yaml; every key has a default.
 *
 * @param socket where shims and the command line find the agent
 * @param stateDir what must survive a restart: journal, spool
 * @param spool DELs that came while the agent was away
 * @param hostNetns the namespace that counts as the host's; empty for the agent's own
 * @param netnsRoots folders below which pods' namespaces are accepted
 * @param binDir our own plugin folder, never searched for delegates
 * @param delegateDirs folders that are searched for delegates, after CNI_PATH
 * @param launcher program and arguments put before every delegate, for an agent that runs in a
 *     container
 * @param nativeKinds whether plugins that we know are done by ourselves
 * @param delegateTimeout seconds that one delegate may take
 * @param parallel requests worked on at once
 * @param waiting requests that may wait
 * @param bootId the boot's name; empty for the kernel's
 * @param networkDefinitions folder of NetworkAttachmentDefinitions for the command line
 * @param confDir folder of network configurations for the command line
 * @param kubeconfig how the API is reached that keeps VPCs, subnets and ports; empty for files
 *     below stateDir
 * @param vpc how this node keeps VPCs
 * @param vm how this node runs virtual machines
 * @param rehearsal whether it plugs NICs in namespaces of its own after its start, so that the
 *     first pods do not meet code that is not compiled yet
 */
public record AgentConfig(
    Path socket,
    Path stateDir,
    Path spool,
    Optional<Path> hostNetns,
    List<Path> netnsRoots,
    Path binDir,
    List<Path> delegateDirs,
    List<String> launcher,
    boolean nativeKinds,
    int delegateTimeout,
    int parallel,
    int waiting,
    Optional<String> bootId,
    Path networkDefinitions,
    Path confDir,
    Optional<Path> kubeconfig,
    VpcSettings vpc,
    VmConfig vm,
    boolean rehearsal) {

  /** Where the file is unless told otherwise. */
  public static final Path DEFAULT_FILE = Path.of("/etc/patchbay/agent.yaml");

  private static final Path HOSTNAME = Path.of("/proc/sys/kernel/hostname");
  private static final Path STATE = Path.of("/var/lib/patchbay");
  private static final YAMLMapper MAPPER =
      YAMLMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .build();

  /** Throws IllegalArgumentException naming the key whose value cannot be. */
  public AgentConfig {
    netnsRoots = List.copyOf(netnsRoots);
    delegateDirs = List.copyOf(delegateDirs);
    launcher = List.copyOf(launcher);
    requireAbsolute("socket", List.of(socket));
    requireAbsolute("stateDir", List.of(stateDir));
    requireAbsolute("spool", List.of(spool));
    requireAbsolute("hostNetns", hostNetns.stream().toList());
    requireAbsolute("netnsRoots", netnsRoots);
    requireAbsolute("binDir", List.of(binDir));
    requireAbsolute("delegateDirs", delegateDirs);
    requireAbsolute("networkDefinitions", List.of(networkDefinitions));
    requireAbsolute("confDir", List.of(confDir));
    requireAbsolute("kubeconfig", kubeconfig.stream().toList());
    requireAbsolute("vpc.netnsDir", List.of(vpc.routers()));
    requireRange("delegateTimeout", delegateTimeout, 1, 600);
    requireRange("parallel", parallel, 1, 1024);
    requireRange("waiting", waiting, 1, 65536);
  }

  private static void requireAbsolute(String key, List<Path> paths) {
    for (Path path : paths) {
      if (!path.isAbsolute()) {
        throw new IllegalArgumentException(
            key + " is \"" + path + "\"; write an absolute path, beginning with a slash");
      }
    }
  }

  private static void requireRange(String key, int value, int min, int max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(key + " is " + value + "; write " + min + " to " + max);
    }
  }

  /** How long one delegate may take. */
  public Duration delegateLimit() {
    return Duration.ofSeconds(delegateTimeout);
  }

  /** What must survive a restart of virtual machines, one folder each. */
  public Path machines() {
    return stateDir.resolve("vm");
  }

  /** Virtual machines' sockets, one folder each. */
  public Path machineSockets() {
    return socket.resolveSibling("vm");
  }

  /** The same for namespaces that are open descriptors, with VPCs in files. */
  public AgentConfig rehearsing(Path descriptors) {
    return new AgentConfig(
        socket,
        stateDir,
        spool,
        Optional.empty(),
        List.of(descriptors),
        binDir,
        List.of(),
        List.of(),
        true,
        delegateTimeout,
        parallel,
        waiting,
        bootId,
        networkDefinitions,
        confDir,
        Optional.empty(),
        vpc,
        vm,
        false);
  }

  /** The journal's file. */
  public Path journal() {
    return stateDir.resolve("journal.db");
  }

  /**
   * Reads a file; a missing one means defaults. Throws IllegalArgumentException naming file and
   * key.
   */
  public static AgentConfig read(Path file) {
    try {
      return Files.exists(file)
          ? parse(Files.readString(file), file.toString())
          : new Written().orDefaults();
    } catch (IOException e) {
      throw new IllegalArgumentException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }

  /** Reads text; throws IllegalArgumentException naming origin and key. */
  public static AgentConfig parse(String yaml, String origin) {
    try {
      return of(MAPPER.readTree(yaml), origin);
    } catch (JacksonException e) {
      throw new IllegalArgumentException(origin + ": " + e.getOriginalMessage(), e);
    }
  }

  /** The settings in a tree; throws IllegalArgumentException naming origin and key. */
  public static AgentConfig of(JsonNode tree, String origin) {
    try {
      boolean empty = tree.isMissingNode() || tree.isNull();
      Written written = empty ? new Written() : MAPPER.treeToValue(tree, Written.class);
      return written.orDefaults();
    } catch (JacksonException e) {
      String key =
          e.getPath().stream()
              .flatMap(part -> Stream.ofNullable(part.getPropertyName()))
              .findFirst()
              .map(name -> name + ": ")
              .orElse("");
      throw new IllegalArgumentException(origin + ": " + key + e.getOriginalMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(origin + ": " + e.getMessage(), e);
    }
  }

  /** What is written below {@code vpc}. */
  private record WrittenVpc(
      @Nullable Boolean createUnknown,
      @Nullable String defaultCidr,
      @Nullable String uplinkCidr,
      @Nullable Path netnsDir) {
    VpcSettings orDefaults(String node) {
      return new VpcSettings(
          node,
          Written.or(createUnknown, true),
          defaultCidr == null ? VpcSettings.DEFAULT_CIDR : Cidr.parse(defaultCidr),
          Written.or(netnsDir, Path.of("/run/netns")),
          uplinkCidr == null ? VpcSettings.DEFAULT_UPLINKS : Cidr.parse(uplinkCidr));
    }
  }

  /** The file as written: all keys optional. */
  private record Written(
      @Nullable Path socket,
      @Nullable Path stateDir,
      @Nullable Path spool,
      @Nullable Path hostNetns,
      @Nullable List<Path> netnsRoots,
      @Nullable Path binDir,
      @Nullable List<Path> delegateDirs,
      @Nullable List<String> launcher,
      @Nullable Boolean nativeKinds,
      @Nullable Integer delegateTimeout,
      @Nullable Integer parallel,
      @Nullable Integer waiting,
      @Nullable String bootId,
      @Nullable Path networkDefinitions,
      @Nullable Path confDir,
      @Nullable Path kubeconfig,
      @Nullable String node,
      @Nullable WrittenVpc vpc,
      VmConfig.@Nullable Written vm,
      @Nullable Boolean rehearsal) {

    Written() {
      this(
          null, null, null, null, null, null, null, null, null, null, null, null, null, null, null,
          null, null, null, null, null);
    }

    AgentConfig orDefaults() {
      Path state = or(stateDir, STATE);
      return new AgentConfig(
          or(socket, Path.of("/run/patchbay/agent.sock")),
          state,
          or(spool, state.resolve("spool")),
          Optional.ofNullable(hostNetns),
          or(
              netnsRoots,
              List.of(Path.of("/run/netns"), Path.of("/var/run/netns"), Path.of("/proc"))),
          or(binDir, Path.of("/usr/lib/patchbay/cni")),
          or(delegateDirs, List.of(Path.of("/opt/cni/bin"), Path.of("/usr/lib/cni"))),
          or(launcher, List.of()),
          or(nativeKinds, true),
          or(delegateTimeout, 100),
          or(parallel, 32),
          or(waiting, 1024),
          Optional.ofNullable(bootId),
          or(networkDefinitions, Path.of("/etc/patchbay/networks")),
          or(confDir, Path.of("/etc/patchbay/net.d")),
          Optional.ofNullable(kubeconfig),
          or(vpc, new WrittenVpc(null, null, null, null)).orDefaults(nodeName()),
          or(vm, new VmConfig.Written()).orDefaults(),
          or(rehearsal, true));
    }

    private String nodeName() {
      if (node != null) {
        return node;
      }
      try {
        return Files.readString(HOSTNAME).strip();
      } catch (IOException e) {
        throw new IllegalArgumentException(
            "node is not set, and " + HOSTNAME + " cannot be read: " + e.getMessage(), e);
      }
    }

    private static <T> T or(@Nullable T value, T fallback) {
      return value == null ? fallback : value;
    }
  }
}
