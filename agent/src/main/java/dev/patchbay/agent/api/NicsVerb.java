package dev.patchbay.agent.api;

import dev.patchbay.agent.journal.Journal;
import dev.patchbay.agent.journal.NicRecord;
import dev.patchbay.agent.vm.GuestViews;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** {@code get nics}: all that the journal knows, or those of one Kubernetes namespace. */
record NicsVerb(Journal journal, GuestViews guests) implements Verb {
  private static final Comparator<NicRecord> ORDER =
      Comparator.comparing((NicRecord nic) -> nic.caller().pod().orElse(""))
          .thenComparing(nic -> nic.key().incarnation())
          .thenComparing(NicRecord::since)
          .thenComparingInt(NicRecord::position);

  @Override
  public ObjectNode answer(Ask ask) {
    Optional<String> namespace = ask.fields().filled("namespace");
    Stream<NicRecord> nics = Targets.nics(journal.all()).stream();
    if (namespace.isPresent()) {
      nics = nics.filter(nic -> nic.caller().podNamespace().equals(namespace));
    }
    return Answers.list("NicList", nics.sorted(ORDER).map(nic -> NicView.of(nic, guests)).toList());
  }
}
