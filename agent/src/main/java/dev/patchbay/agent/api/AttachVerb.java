package dev.patchbay.agent.api;

import dev.patchbay.agent.socket.Conversation;
import dev.patchbay.agent.vm.Consoles;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.vm.console.Watcher;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * The console of a machine.
 *
 * @param consoles of this node
 */
record AttachVerb(Consoles consoles) implements TalkVerb {
  private static final String LIST = "kubectl get pods -A";

  @Override
  public Opened open(Ask ask) {
    Consoles.Attended machine = machine(ask.fields());
    boolean types = ask.fields().flag("stdin");
    try {
      Watcher watcher = machine.console().watch(types, "patchbay attach");
      return new Opened(
          Answers.of("Console").put("pod", machine.pod()).put("vm", machine.vm()),
          new AtConsole(watcher));
    } catch (IOException e) {
      throw new Refusal(String.valueOf(e.getMessage()), LIST);
    }
  }

  private Consoles.Attended machine(Fields ask) {
    String text = ask.required("target");
    String bare = text.startsWith("pod/") ? text.substring("pod/".length()) : text;
    String wanted =
        bare.contains("/")
            ? bare
            : ask.filled("namespace").map(namespace -> namespace + "/").orElse("") + bare;
    List<Consoles.Attended> on = consoles.open();
    List<Consoles.Attended> found =
        on.stream()
            .filter(one ->
                one.pod().equals(wanted)
                    || one.pod().endsWith("/" + wanted)
                    || one.vm().equals(bare))
            .toList();
    if (found.size() == 1) {
      return found.getFirst();
    }
    List<String> pods =
        (found.isEmpty() ? on : found).stream().map(Consoles.Attended::pod).toList();
    if (!found.isEmpty()) {
      throw new Refusal(
          "\"%s\" may be %s; write the whole name".formatted(text, String.join(" or ", pods)),
          LIST);
    }
    List<String> near = Nearest.to(wanted, pods);
    throw new Refusal(
        "no virtual machine \"%s\" is on here%s"
            .formatted(
                text, near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?"),
        LIST);
  }

  /**
   * Somebody there.
   *
   * @param watcher ends when he hangs up
   */
  private record AtConsole(Watcher watcher) implements Conversation {
    @Override
    public OutputStream input() {
      return watcher.input();
    }

    @Override
    public InputStream output() {
      return watcher.output();
    }

    @Override
    public void hungUp() {
      watcher.close();
    }

    @Override
    public void close() {
      watcher.close();
    }
  }
}
