package dev.patchbay.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.patchbay.agent.cni.CniServer;
import dev.patchbay.agent.config.AgentConfig;
import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.socket.Frames;
import dev.patchbay.linux.netns.NetnsHandle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plugs and unplugs NICs in two namespaces of its own, which nobody else sees, before the first
 * pods come: Java's AOT cache holds no compiled code, and interpreted code plugs at a third of the
 * speed. Nothing of it reaches the host, the journal or a pool.
 *
 * @param config the agent's settings
 * @param folder for a journal and reservations, which go with the rehearsal
 */
record Rehearsal(AgentConfig config, Path folder) {
  private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final int ROUNDS = 40;
  private static final int NICS = 8;

  /** A rehearsal below the agent's state folder. */
  static Rehearsal of(AgentConfig config) {
    return new Rehearsal(config, config.stateDir().resolve("rehearsal"));
  }

  /**
   * Runs until it has been round often enough, or somebody needs the machine; returns how many NICs
   * were plugged. Whatever goes wrong ends it with a line in the log: pods are not concerned.
   */
  int run(BooleanSupplier mayGoOn) {
    int plugged = 0;
    try {
      clear();
      Files.createDirectories(folder);
      try (NetnsHandle host = NetnsHandle.create();
          NetnsHandle pod = NetnsHandle.create();
          Journal journal = Journal.open(folder.resolve("journal.db"))) {
        CniServer server = Wiring.server(config.rehearsing(DESCRIPTORS), host, journal);
        for (int round = 0; round < ROUNDS && mayGoOn.getAsBoolean(); round++) {
          plugged += round(server, pod, round);
        }
      } finally {
        clear();
      }
    } catch (IOException | Journal.JournalException e) {
      LOG.info("Patchbay: not rehearsed: {}", e.getMessage());
    }
    return plugged;
  }

  /** Alternately many NICs at once, and one as most pods have it. */
  private int round(CniServer server, NetnsHandle pod, int round) throws IOException {
    int nics = round % 2 == 0 ? NICS : 1;
    String conf = nics == 1 ? bridge(0) : many();
    for (String command : List.of("ADD", "DEL")) {
      Frames.Reply reply = server.rehearse(request(command, pod, conf));
      if (reply.exitCode() != 0) {
        throw new IOException(command + " answered " + reply.stdout().strip());
      }
    }
    return nics;
  }

  private Frames.Request request(String command, NetnsHandle pod, String conf) {
    return new Frames.Request(
        Map.of(
            "CNI_COMMAND",
            command,
            "CNI_CONTAINERID",
            "rehearsal",
            "CNI_NETNS",
            DESCRIPTORS.resolve(String.valueOf(pod.fd())).toString(),
            "CNI_IFNAME",
            "eth0",
            "CNI_PATH",
            config.binDir().toString()),
        ByteBuffer.wrap(conf.getBytes(UTF_8)));
  }

  private String many() {
    List<String> delegates = new ArrayList<>();
    for (int i = 0; i < NICS; i++) {
      delegates.add(bridge(i));
    }
    return """
    {"cniVersion":"1.0.0","name":"rehearsal","type":"patchbay","delegates":[%s]}\
    """
        .formatted(String.join(",", delegates));
  }

  /** Networks of TEST-NET-2 (RFC 5737), which no host routes. */
  private String bridge(int number) {
    return """
    {"cniVersion":"1.0.0","name":"rehearsal%d","type":"bridge","bridge":"rehearsal%d",\
    "isGateway":true,"ipam":{"type":"host-local","dataDir":"%s","subnet":"198.51.100.%d/28"}}\
    """
        .formatted(number, number, folder.resolve("leases"), 16 * number);
  }

  private void clear() throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
