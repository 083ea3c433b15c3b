package dev.patchbay.cni.skel;

import dev.patchbay.cni.json.Fields;
import dev.patchbay.core.nic.IfName;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The attachments that a GC must leave alone (CNI spec 1.1.0, section 2, "GC"). An empty list says
 * that none is valid; an absent list says nothing, and nothing may be deleted for it.
 *
 * @param attachments the valid ones
 */
public record ValidAttachments(Set<AttachmentId> attachments) {
  /** The key of the specification. */
  public static final String KEY = "cni.dev/valid-attachments";

  /** The key that the reference library sent first and still sends beside the other. */
  public static final String LEGACY_KEY = "cni.dev/attachments";

  /** Copies the set. */
  public ValidAttachments {
    attachments = Set.copyOf(attachments);
  }

  /** Reads either key; absent when neither is there. Refuses a broken entry with its place. */
  public static Optional<ValidAttachments> of(Fields fields) {
    for (String key : new String[] {KEY, LEGACY_KEY}) {
      if (fields.any(key).isPresent()) {
        return Optional.of(
            new ValidAttachments(
                fields.objects(key).stream()
                    .map(ValidAttachments::entry)
                    .collect(Collectors.toSet())));
      }
    }
    return Optional.empty();
  }

  /** Whether a GC must leave that attachment alone. */
  public boolean contains(AttachmentId attachment) {
    return attachments.contains(attachment);
  }

  /** Whether the container still has an attachment of the network. */
  public boolean contains(ContainerId container) {
    return attachments.stream().anyMatch(valid -> valid.container().equals(container));
  }

  /** Writes both keys into a request. */
  public void write(ObjectNode request) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    // A set has no order; requests should not differ from run to run.
    attachments.stream()
        .sorted(Comparator.comparing(AttachmentId::toString))
        .forEach(attachment -> list.add(attachment.toJson()));
    request.set(KEY, list);
    request.set(LEGACY_KEY, list.deepCopy());
  }

  private static AttachmentId entry(Fields entry) {
    entry.required("containerID");
    entry.required("ifname");
    return new AttachmentId(
        entry.parsed("containerID", ContainerId::new).orElseThrow(),
        entry.parsed("ifname", IfName::new).orElseThrow());
  }
}
