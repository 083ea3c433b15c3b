package dev.patchbay.vm.cloudinit;

import dev.patchbay.vm.qemu.QemuMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/**
 * cloud-init's NoCloud seed: a folder of three files, which QEMU shows to the guest as a read-only
 * disk with a FAT file system of the label that cloud-init looks for. No program has to write a
 * disk image, and nothing is written twice.
 */
public final class SeedDisk {
  private static final YAMLMapper QUOTED =
      YAMLMapper.builder()
          .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
          .disable(YAMLWriteFeature.SPLIT_LINES)
          .build();

  /** As plain as can be: small images read it by sed. */
  private static final YAMLMapper PLAIN =
      YAMLMapper.builder()
          .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
          .disable(YAMLWriteFeature.SPLIT_LINES)
          .enable(YAMLWriteFeature.MINIMIZE_QUOTES)
          .enable(YAMLWriteFeature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .build();

  private SeedDisk() {}

  /**
   * Writes the folder, or writes it anew; who may read it is the caller's business, since user data
   * has passwords.
   *
   * @param folder of the seed alone; made when absent
   * @return what to give to the machine after its own disks
   */
  public static QemuMachine.Disk write(Path folder, CloudInit machine) throws IOException {
    Files.createDirectories(folder);
    for (Map.Entry<String, String> file : files(machine).entrySet()) {
      Path fresh = folder.resolveSibling("." + folder.getFileName() + "." + file.getKey());
      Files.writeString(fresh, file.getValue());
      Files.move(fresh, folder.resolve(file.getKey()), StandardCopyOption.ATOMIC_MOVE);
    }
    if (NetworkConfig.of(machine.wishes().network(), machine.nics()).isEmpty()) {
      Files.deleteIfExists(folder.resolve("network-config"));
    }
    return new QemuMachine.Disk(folder.toAbsolutePath(), QemuMachine.Disk.Format.SEED_FOLDER, true);
  }

  /** The files by name. */
  static Map<String, String> files(CloudInit machine) {
    Map<String, String> files = new TreeMap<>();
    files.put("meta-data", PLAIN.writeValueAsString(metaData(machine)));
    // without the file cloud-init takes the disk for none; without a word in it, it does nothing
    files.put("user-data", machine.wishes().userData().orElse("#cloud-config\n{}\n"));
    Optional<Map<String, Object>> network =
        NetworkConfig.of(machine.wishes().network(), machine.nics());
    // quoted, because YAML takes a MAC of digits for a number of base 60
    network.ifPresent(tree -> files.put("network-config", QUOTED.writeValueAsString(tree)));
    return files;
  }

  /** Keys go here and not into user data, which stays the user's own text that way. */
  private static Map<String, Object> metaData(CloudInit machine) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("instance-id", machine.instanceId());
    all.put("local-hostname", machine.hostName());
    List<String> keys = machine.wishes().sshKeys();
    if (!keys.isEmpty()) {
      all.put("public-keys", keys);
    }
    all.putAll(machine.wishes().metaData());
    return all;
  }
}
