package dev.patchbay.cli;

import dev.patchbay.cni.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.node.ObjectNode;

/** {@code patchbay port-forward}: ports of this machine lead to ports of a pod. */
@Command(
    name = "port-forward",
    header = {
      "Examples:",
      "  patchbay port-forward nginx-vm 8080:80",
      "  patchbay port-forward demo/nginx-vm 2222:22 :5000",
      ""
    },
    description =
        "Passes TCP connections on to a pod, until it is interrupted. A virtual machine is reached"
            + " at its primary NIC's address, from its VPC's router or from the host, where that has"
            + " a route to it.")
final class PortForwardVerb implements Callable<Integer> {
  private static final int LAST_PORT = 65535;

  private final Surroundings where;

  @Mixin private final CommonOptions common = new CommonOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "POD", description = "[NAMESPACE/]NAME.")
  private String pod = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "[LOCAL:]REMOTE",
      description = "Port here and port there; the same where one is given, any for \":REMOTE\".")
  private List<String> ports = List.of();

  @Option(
      names = {"-n", "--namespace"},
      description = "The Kubernetes namespace of the pod.",
      defaultValue = "${env:PATCHBAY_NAMESPACE}")
  private @Nullable String namespace;

  @Option(
      names = "--address",
      paramLabel = "IP",
      defaultValue = "127.0.0.1",
      description = "Where connections are taken. Default: 127.0.0.1.")
  private InetAddress address = InetAddress.getLoopbackAddress();

  PortForwardVerb(Surroundings where) {
    this.where = where;
  }

  /** A pair of ports; local 0 means any. */
  record Ports(int local, int remote) {
    /** Reads what was written; throws IllegalArgumentException naming it. */
    static Ports parse(String text) {
      String[] words = text.split(":", -1);
      if (words.length > 2) {
        throw new IllegalArgumentException("\"" + text + "\" is not LOCAL:REMOTE");
      }
      int remote = port(words[words.length - 1], 1, text);
      return new Ports(words[0].isEmpty() ? 0 : port(words[0], 0, text), remote);
    }

    private static int port(String word, int least, String text) {
      if (!word.matches("\\d{1,5}")
          || Integer.parseInt(word) < least
          || Integer.parseInt(word) > LAST_PORT) {
        throw new IllegalArgumentException(
            "\"%s\" of \"%s\" is no port; write %d to 65535".formatted(word, text, least));
      }
      return Integer.parseInt(word);
    }
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    List<Thread> doors = new ArrayList<>();
    for (Ports one : asked()) {
      ObjectNode found = common.agent(where).ask("reach", request(one.remote()));
      ServerSocket door = bind(one.local());
      where
          .out()
          .println(
              "%s:%d leads to %s, %s"
                  .formatted(
                      door.getInetAddress().getHostAddress(),
                      door.getLocalPort(),
                      found.path("address").asString(""),
                      found.path("way").asString("")));
      doors.add(Thread.ofPlatform().start(() -> serve(door, one.remote())));
    }
    where.out().flush();
    for (Thread door : doors) {
      door.join();
    }
    return CommandFailure.FAILED;
  }

  private List<Ports> asked() {
    try {
      return ports.stream().map(Ports::parse).toList();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private ServerSocket bind(int port) throws IOException {
    ServerSocket door = new ServerSocket();
    try {
      door.bind(new InetSocketAddress(address, port));
      return door;
    } catch (IOException e) {
      door.close();
      throw new CommandFailure(
          CommandFailure.FAILED,
          "port %d of %s cannot be had: %s"
              .formatted(port, address.getHostAddress(), e.getMessage()),
          "take another one, or any: \":REMOTE\"",
          e);
    }
  }

  private ObjectNode request(int port) {
    ObjectNode request = Json.newObject().put("target", pod).put("port", port);
    if (namespace != null) {
      request.put("namespace", namespace);
    }
    return request;
  }

  private void serve(ServerSocket door, int remote) {
    try (door) {
      while (true) {
        Socket caller = door.accept();
        Thread.ofVirtual().start(() -> pass(caller, remote));
      }
    } catch (IOException e) {
      where.err().println("no connections are taken any more: " + e.getMessage());
      where.err().flush();
    }
  }

  private void pass(Socket caller, int remote) {
    try (caller;
        Talk talk = common.agent(where).talk("forward", request(remote))) {
      Thread.ofVirtual().start(() -> send(caller, talk));
      talk.receive(caller.getOutputStream());
    } catch (CommandFailure | IOException e) {
      where.err().println(e.getMessage());
      where.err().flush();
    }
  }

  private void send(Socket caller, Talk talk) {
    try {
      talk.send(caller.getInputStream());
      talk.channel().shutdownOutput();
    } catch (IOException e) {
      // the pod's end of it was the end of both
      if (!caller.isClosed()) {
        where.err().println("a connection broke: " + e.getMessage());
        where.err().flush();
      }
    }
  }
}
