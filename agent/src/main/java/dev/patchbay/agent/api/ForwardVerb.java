package dev.patchbay.agent.api;

import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.linux.netns.NetnsHandle;
import java.io.IOException;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * One TCP connection to a port of a pod.
 *
 * @param journal knows the pods
 * @param ways finds from where they are reached
 * @param host the host's namespace
 */
record ForwardVerb(Journal journal, WaysIn ways, NetnsHandle host) implements TalkVerb {
  private static final int LAST_PORT = 65535;

  /** The same without a connection, so that a person hears beforehand what cannot be. */
  ObjectNode look(Ask ask) {
    return wanted(ask).answer();
  }

  @Override
  public Opened open(Ask ask) {
    Wanted wanted = wanted(ask);
    try {
      return new Opened(
          wanted.answer(), new TcpConversation(wanted.way().connect(host, wanted.port())));
    } catch (IOException e) {
      throw new Refusal(
          "%s of %s, tried %s: %s"
              .formatted(
                  wanted.way().at(wanted.port()),
                  wanted.pod(),
                  wanted.way().text(),
                  e.getMessage()),
          "look inside whether something listens there: kubectl attach -it, or kubectl logs");
    }
  }

  private record Wanted(String pod, int port, WayIn way) {
    ObjectNode answer() {
      return Answers.of("Connection")
          .put("pod", pod)
          .put("address", way.at(port))
          .put("way", way.text());
    }
  }

  private Wanted wanted(Ask ask) {
    int port =
        (int)
            ask.fields()
                .whole("port", 1, LAST_PORT)
                .orElseThrow(() -> ask.fields().bad("port", "is missing"));
    Targets.Target target = new Targets(journal).live(ask.fields());
    List<NicRecord> nics =
        Targets.nics(journal.all()).stream()
            .filter(nic -> nic.key().incarnation().equals(target.container()))
            .toList();
    return new Wanted(target.toString(), port, ways.to(nics, target.toString()));
  }
}
