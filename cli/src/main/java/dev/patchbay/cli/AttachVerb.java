package dev.patchbay.cli;

import dev.patchbay.cni.json.Json;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code patchbay attach}: a virtual machine's console. */
@Command(
    name = "attach",
    header = {
      "Examples:",
      "  patchbay attach -it nginx-vm",
      "  patchbay attach demo/nginx-vm | tee boot.txt",
      ""
    },
    description =
        "Shows a virtual machine's console; with -it, types into it. Many may watch, one types."
            + " Ctrl-] leaves.")
final class AttachVerb implements Callable<Integer> {
  private static final byte DETACH = 0x1d;

  private final Surroundings where;

  @Mixin private final CommonOptions common = new CommonOptions();

  @Parameters(
      index = "0",
      paramLabel = "POD",
      description = "[NAMESPACE/]NAME of the virtual machine's pod.")
  private String pod = "";

  @Option(
      names = {"-n", "--namespace"},
      description = "The Kubernetes namespace of the pod.",
      defaultValue = "${env:PATCHBAY_NAMESPACE}")
  private @Nullable String namespace;

  @Option(
      names = {"-i", "--stdin"},
      description = "Pass standard input to the console.")
  private boolean stdin;

  @Option(
      names = {"-t", "--tty"},
      description = "With -i: pass every key at once, Ctrl-C too.")
  private boolean tty;

  AttachVerb(Surroundings where) {
    this.where = where;
  }

  @Override
  public Integer call() throws IOException {
    ObjectNode request = Json.newObject().put("target", pod).put("stdin", stdin);
    if (namespace != null) {
      request.put("namespace", namespace);
    }
    Terminal terminal = Terminal.own();
    try (Talk talk = common.agent(where).talk("attach", request)) {
      Optional<Runnable> restore = stdin && tty ? Terminal.raw() : Optional.empty();
      try {
        begin(talk, terminal, restore.isPresent());
        talk.receive(terminal.screen());
      } catch (ClosedChannelException _) {
        return 0; // left by the detach key
      } finally {
        restore.ifPresent(Runnable::run);
      }
    }
    return 0;
  }

  private void begin(Talk talk, Terminal terminal, boolean raw) {
    if (stdin && tty && !raw) {
      where.err().println("standard input is no terminal; it is passed on as it is");
    }
    if (!stdin) {
      String shown = talk.answer().path("pod").asString(pod);
      where.err().println("the console of " + shown + ", to read only; Ctrl-C leaves it");
    }
    where.err().flush();
    if (stdin) {
      Thread.ofPlatform().daemon().name("keys").start(() -> type(talk, terminal));
    }
  }

  /** The end of what is typed is no end of the watching. */
  private void type(Talk talk, Terminal terminal) {
    byte[] block = new byte[1024];
    try {
      for (int count = terminal.keys().read(block);
          count >= 0;
          count = terminal.keys().read(block)) {
        int detach = indexOfDetach(block, count);
        talk.send(block, detach);
        if (detach < count) {
          talk.close();
          return;
        }
      }
    } catch (ClosedChannelException _) {
      return; // the console ended first
    } catch (IOException e) {
      where.err().println("what is typed cannot be passed on: " + e.getMessage());
    }
  }

  /** Found here and not by the agent alone, which may hang. */
  private static int indexOfDetach(byte[] block, int count) {
    int at = 0;
    while (at < count && block[at] != DETACH) {
      at++;
    }
    return at;
  }
}
