package dev.patchbay.cni.libcni;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.patchbay.cni.conf.ConfParser;
import dev.patchbay.cni.conf.NetworkConf;
import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.json.Fields;
import dev.patchbay.cni.json.Json;
import dev.patchbay.cni.skel.AttachmentId;
import dev.patchbay.cni.skel.CniArgs;
import dev.patchbay.cni.skel.ContainerId;
import dev.patchbay.core.nic.IfName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * An attachment that another runtime made through the reference library, as its cache ({@code
 * cniCacheV1}) has it: enough to send DEL for it. Files of the older format hold only a result and
 * do not say whose it is, so they cannot be read so.
 *
 * @param attachment the container and the interface in it
 * @param netns the container's network namespace, by path
 * @param network the configuration of that ADD
 * @param args CNI_ARGS of that ADD
 * @param capabilityArgs what was said by capability
 * @param result of that ADD; absent when it was not kept
 */
public record CachedAttachment(
    AttachmentId attachment,
    Optional<String> netns,
    NetworkConf network,
    CniArgs args,
    Map<String, JsonNode> capabilityArgs,
    Optional<ObjectNode> result) {
  /** Copies the map. */
  public CachedAttachment {
    capabilityArgs = Map.copyOf(capabilityArgs);
  }

  /** The files of a cache folder such as {@code /var/lib/cni}, by name; none when it is absent. */
  public static List<Path> files(Path cache) throws IOException {
    Path results = cache.resolve("results");
    if (!Files.isDirectory(results)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(results)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** Reads one file; refuses with code 5, 6 or 7 what is no such record. */
  public static CachedAttachment read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      ObjectNode json = Json.object(in.readNBytes(Json.MAX_BYTES + 1), file.toString());
      return of(Fields.of(json, file.toString(), CniError.DECODING_FAILURE));
    } catch (IOException e) {
      throw new CniException(CniError.of(CniError.IO_FAILURE, "cannot read " + file + ": " + e), e);
    }
  }

  private static CachedAttachment of(Fields fields) {
    if (!fields.text("kind").orElse("").equals("cniCacheV1")) {
      throw fields.bad("kind", "is not cniCacheV1; only such files say whose attachment it is");
    }
    fields.required("config");
    fields.required("containerId");
    fields.required("ifName");
    String config =
        fields
            .parsed("config", text -> new String(Base64.getDecoder().decode(text), UTF_8))
            .orElseThrow();
    return new CachedAttachment(
        new AttachmentId(
            fields.parsed("containerId", ContainerId::new).orElseThrow(),
            fields.parsed("ifName", IfName::new).orElseThrow()),
        fields.filled("netns"),
        ConfParser.parse(config, fields.origin() + " config"),
        args(fields),
        fields.object("capabilityArgs").map(CachedAttachment::map).orElse(Map.of()),
        fields.object("result").map(Fields::node));
  }

  private static CniArgs args(Fields fields) {
    List<CniArgs.Pair> pairs = new ArrayList<>();
    for (JsonNode pair : fields.any("cniArgs").orElseGet(() -> fields.node().arrayNode())) {
      if (!pair.path(0).isString() || !pair.path(1).isString()) {
        throw fields.bad("cniArgs[" + pairs.size() + "]", "is no pair of strings");
      }
      try {
        pairs.add(new CniArgs.Pair(pair.get(0).stringValue(), pair.get(1).stringValue()));
      } catch (IllegalArgumentException e) {
        throw fields.bad("cniArgs[" + pairs.size() + "]", "is wrong: " + e.getMessage());
      }
    }
    return new CniArgs(pairs);
  }

  private static Map<String, JsonNode> map(Fields fields) {
    return fields.node().properties().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
