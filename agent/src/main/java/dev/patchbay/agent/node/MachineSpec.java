package dev.patchbay.agent.node;

import dev.patchbay.agent.vm.VmConfig;
import dev.patchbay.vm.cloudinit.CloudInitWishes;
import dev.patchbay.vm.cloudinit.PodWishes;
import dev.patchbay.vm.image.PullPolicy;
import dev.patchbay.vm.qemu.QemuMachine;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.StringNode;

/**
 * The machine that a pod is: Alkaid's {@code spec.virtualMachine}, or a pod of Virtlet's, whose
 * annotations say the rest in both.
 *
 * @param name of the machine, which is its container's too
 * @param image as the table of images knows it
 * @param policy when it is fetched
 * @param cpus 1 to 255
 * @param memoryMib MiB
 * @param rootBytes least size of the root disk; the image's where empty
 * @param bus of the root disk
 * @param uuid for the firmware's tables
 * @param wishes for cloud-init
 * @param power what is wanted
 * @param whenGuestEnds what follows when the guest shuts down
 */
record MachineSpec(
    String name,
    String image,
    PullPolicy policy,
    int cpus,
    int memoryMib,
    OptionalLong rootBytes,
    QemuMachine.Disk.Bus bus,
    Optional<UUID> uuid,
    CloudInitWishes wishes,
    Power power,
    WhenGuestEnds whenGuestEnds) {
  private static final long MIB = 1 << 20;
  private static final int MILLI = 1000;
  private static final int MOST_CPUS = 255;
  private static final int LEAST_MEMORY = 16;
  private static final String VIRTLET_IMAGE = "virtlet.cloud/";

  /** Alkaid's {@code powerSpec}. */
  enum Power {
    /** On, and nobody said that it has to go on when somebody stopped it. */
    ON,
    /** On, and going on whoever stopped it. */
    RUNNING,
    /** On, and stopped where it is. */
    PAUSED,
    /** Off. */
    SHUTDOWN
  }

  /** Alkaid's {@code shutdownBehavior}. */
  enum WhenGuestEnds {
    /** The pod's restart policy says it. */
    POLICY,
    /** It stays off until its power state is asked for. */
    STOP,
    /** The pod is over. */
    TERMINATE
  }

  /** Throws IllegalArgumentException, naming field, value and remedy, when there can be none. */
  static MachineSpec of(PodView pod, VmConfig config) {
    JsonNode machine = pod.spec().path("virtualMachine");
    boolean alkaid = machine.isObject();
    String path = alkaid ? "spec.virtualMachine" : "spec.containers[0]";
    JsonNode body = alkaid ? machine : pod.spec().path("containers").path(0);
    Map<String, String> notes = pod.annotations();
    CloudInitWishes wishes = PodWishes.ofAnnotations(notes);
    return new MachineSpec(
        body.path("name").asString(pod.name().name()),
        image(path + ".image", body),
        PullPolicy.parse(body.path("imagePullPolicy").asString("")),
        cpus(path, body, notes),
        memory(path, body, config),
        rootBytes(notes),
        bus(notes, alkaid),
        uuid(notes),
        alkaid ? wishes.and(PodWishes.ofMachine(machine)) : wishes,
        power(machine.path("powerSpec").asString("")),
        whenGuestEnds(machine.path("shutdownBehavior").asString("")));
  }

  private static String image(String field, JsonNode body) {
    String image = body.path("image").asString("");
    if (image.isBlank()) {
      throw refused(field, "is missing", "what the machine boots from");
    }
    return image.startsWith(VIRTLET_IMAGE) ? image.substring(VIRTLET_IMAGE.length()) : image;
  }

  private static int cpus(String path, JsonNode body, Map<String, String> notes) {
    String text = notes.getOrDefault("VirtletVCPUCount", "");
    if (!text.isBlank()) {
      if (!text.strip().matches("[1-9][0-9]{0,2}") || Integer.parseInt(text.strip()) > MOST_CPUS) {
        throw refused("annotation VirtletVCPUCount", "is \"" + text + "\"", "1 to " + MOST_CPUS);
      }
      return Integer.parseInt(text.strip());
    }
    JsonNode cpu = body.path("resources").path("limits").path("cpu");
    long milli = quantity(path + ".resources.limits.cpu", cpu, Quantities.milli(cpu)).orElse(MILLI);
    long cpus = Math.ceilDiv(milli, MILLI);
    if (cpus < 1 || cpus > MOST_CPUS) {
      throw refused(
          path + ".resources.limits.cpu", "is " + cpu.asString(""), "more than 0, to " + MOST_CPUS);
    }
    return (int) cpus;
  }

  private static int memory(String path, JsonNode body, VmConfig config) {
    for (String kind : List.of("limits", "requests")) {
      JsonNode memory = body.path("resources").path(kind).path("memory");
      String field = path + ".resources." + kind + ".memory";
      OptionalLong bytes = quantity(field, memory, Quantities.units(memory));
      if (bytes.isPresent()) {
        long mib = bytes.getAsLong() / MIB;
        if (mib < LEAST_MEMORY || mib > Integer.MAX_VALUE) {
          throw refused(
              field,
              "is " + memory.asString("") + ", with which no machine can be",
              LEAST_MEMORY + "Mi or more; a guest with Linux needs 128Mi or more");
        }
        return (int) mib;
      }
    }
    return config.memoryMib();
  }

  /** One that is written must be one. */
  private static OptionalLong quantity(String field, JsonNode node, OptionalLong read) {
    if (read.isEmpty() && !node.asString("").isEmpty()) {
      throw refused(field, "is \"" + node.asString("") + "\"", "a quantity such as 200Mi or 500m");
    }
    return read;
  }

  private static OptionalLong rootBytes(Map<String, String> notes) {
    String text = notes.getOrDefault("VirtletRootVolumeSize", "").strip();
    if (text.isEmpty()) {
      return OptionalLong.empty();
    }
    OptionalLong bytes = Quantities.units(StringNode.valueOf(text));
    if (bytes.isEmpty() || bytes.getAsLong() <= 0) {
      throw refused("annotation VirtletRootVolumeSize", "is \"" + text + "\"", "such as 4Gi");
    }
    return bytes;
  }

  /** Virtlet's default is SCSI, for which small images have no driver. */
  private static QemuMachine.Disk.Bus bus(Map<String, String> notes, boolean alkaid) {
    String otherwise = alkaid ? "virtio" : "scsi";
    return switch (notes.getOrDefault("VirtletDiskDriver", otherwise).strip()) {
      case "scsi" -> QemuMachine.Disk.Bus.SCSI;
      case "virtio" -> QemuMachine.Disk.Bus.VIRTIO;
      default ->
          throw refused(
              "annotation VirtletDiskDriver",
              "is \"" + notes.get("VirtletDiskDriver") + "\"",
              "scsi or virtio");
    };
  }

  private static Optional<UUID> uuid(Map<String, String> notes) {
    String text = notes.getOrDefault("VirtletSystemUUID", "").strip();
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(UUID.fromString(text));
    } catch (IllegalArgumentException _) {
      throw refused("annotation VirtletSystemUUID", "is \"" + text + "\"", "a UUID (uuidgen)");
    }
  }

  private static Power power(String text) {
    return switch (text) {
      case "" -> Power.ON;
      case "Running" -> Power.RUNNING;
      case "Paused", "Suspended" -> Power.PAUSED;
      case "Shutdown" -> Power.SHUTDOWN;
      default ->
          throw refused(
              "spec.virtualMachine.powerSpec",
              "is \"" + text + "\"",
              "Running, Paused, Suspended or Shutdown");
    };
  }

  private static WhenGuestEnds whenGuestEnds(String text) {
    return switch (text) {
      case "" -> WhenGuestEnds.POLICY;
      case "stop" -> WhenGuestEnds.STOP;
      case "terminate" -> WhenGuestEnds.TERMINATE;
      default ->
          throw refused(
              "spec.virtualMachine.shutdownBehavior", "is \"" + text + "\"", "stop or terminate");
    };
  }

  private static IllegalArgumentException refused(String field, String what, String remedy) {
    return new IllegalArgumentException(field + " " + what + "; write " + remedy);
  }
}
