package dev.patchbay.vm.cloudinit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/**
 * Reads wishes from pods of both dialects: Virtlet's annotations and Alkaid's {@code
 * spec.virtualMachine}. Every error names the field, what is wrong with it and what to write.
 */
public final class PodWishes {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final String KEYS = "VirtletSSHKeys";
  private static final String META_DATA = "VirtletCloudInitMetaData";
  private static final String USER_DATA = "VirtletCloudInitUserData";
  private static final String OVERWRITE = "VirtletCloudInitUserDataOverwrite";
  private static final String SCRIPT = "VirtletCloudInitUserDataScript";
  private static final String IMAGE_TYPE = "VirtletCloudInitImageType";
  private static final String CLOUD_CONFIG = "#cloud-config\n";

  /** What cloud-init takes user data for is told by its first line. */
  private static final Pattern HEADER =
      Pattern.compile(
          "(#!|#cloud-|#include|#upstart-job|#part-handler|## template:|Content-Type:)");

  private static final Pattern KEY =
      Pattern.compile("(.*\\s)?(ssh-|ecdsa-|sk-)[a-z0-9@.-]+ [A-Za-z0-9+/]+={0,3}(\\s.*)?");

  private PodWishes() {}

  /** What Virtlet's annotations say, and ours about the network. */
  public static CloudInitWishes ofAnnotations(Map<String, String> annotations) {
    refuse(annotations, "VirtletCloudInitUserDataSource", USER_DATA);
    refuse(annotations, "VirtletSSHKeySource", KEYS);
    String type = annotations.getOrDefault(IMAGE_TYPE, "nocloud");
    if (!type.equals("nocloud")) {
      throw invalid("annotation " + IMAGE_TYPE, "\"" + type + "\" is not served", "nocloud");
    }
    Optional<String> script =
        text(annotations.get(SCRIPT)).map(text -> script("annotation " + SCRIPT, text));
    boolean asIs = "true".equals(annotations.get(OVERWRITE));
    Optional<String> userData =
        text(annotations.get(USER_DATA)).map(text -> asIs ? text : cloudConfig(text));
    return new CloudInitWishes(
        script.or(() -> userData),
        keys("annotation " + KEYS, annotations.getOrDefault(KEYS, "")),
        text(annotations.get(META_DATA))
            .map(text -> mapping("annotation " + META_DATA, text))
            .orElse(Map.of()),
        NetworkStyle.of(annotations));
  }

  /** What {@code spec.virtualMachine} says. */
  public static CloudInitWishes ofMachine(JsonNode machine) {
    Optional<String> script =
        text(machine.path("cloudInitUserDataScript").asString(""))
            .map(text -> script("spec.virtualMachine.cloudInitUserDataScript", text));
    Optional<String> userData =
        text(machine.path("userData").asString(""))
            .map(text -> decoded("spec.virtualMachine.userData", text));
    return new CloudInitWishes(
        userData.or(() -> script),
        keys("spec.virtualMachine.publicKey", machine.path("publicKey").asString("")),
        Map.of(),
        NetworkStyle.DEFAULT);
  }

  private static Optional<String> text(@org.jspecify.annotations.Nullable String text) {
    return Optional.ofNullable(text).filter(t -> !t.isBlank());
  }

  private static void refuse(Map<String, String> annotations, String key, String instead) {
    if (annotations.containsKey(key)) {
      throw invalid("annotation " + key, "is not served", "the text itself, as " + instead);
    }
  }

  private static List<String> keys(String field, String text) {
    List<String> keys = new ArrayList<>();
    int line = 0;
    for (String each : text.lines().map(String::strip).toList()) {
      line++;
      if (each.isEmpty() || each.startsWith("#")) {
        continue;
      }
      if (!KEY.matcher(each).matches() || each.chars().anyMatch(Character::isISOControl)) {
        throw invalid(
            field, "is no SSH public key in line " + line, "\"ssh-ed25519 AAAA… comment\"");
      }
      keys.add(each);
    }
    return keys;
  }

  /** Virtlet's is a mapping of cloud-config without its first line; others say what they are. */
  private static String cloudConfig(String text) {
    if (HEADER.matcher(text).lookingAt()) {
      return text;
    }
    mapping("annotation " + USER_DATA, text);
    return CLOUD_CONFIG + text;
  }

  private static String script(String field, String text) {
    if (!text.startsWith("#!")) {
      throw invalid(field, "does not begin with #!", "its interpreter, such as #!/bin/sh");
    }
    return text;
  }

  private static String decoded(String field, String text) {
    try {
      byte[] bytes = Base64.getMimeDecoder().decode(text);
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (IllegalArgumentException | CharacterCodingException e) {
      throw new IllegalArgumentException(
          field + " is no base64 of a UTF-8 text: write the output of base64 -w0", e);
    }
  }

  private static Map<String, JsonNode> mapping(String field, String text) {
    try {
      JsonNode tree = YAML.readTree(text);
      if (!tree.isObject()) {
        throw invalid(field, "is no mapping", "YAML such as \"key: value\"");
      }
      Map<String, JsonNode> all = new LinkedHashMap<>();
      tree.properties().forEach(entry -> all.put(entry.getKey(), entry.getValue()));
      return all;
    } catch (JacksonException e) {
      // its words would quote the text, which may hold passwords
      throw new IllegalArgumentException(
          "%s is no YAML, from line %d on: correct it"
              .formatted(field, e.getLocation() == null ? 1 : e.getLocation().getLineNr()),
          e);
    }
  }

  private static IllegalArgumentException invalid(String field, String what, String remedy) {
    return new IllegalArgumentException(field + " " + what + ": write " + remedy);
  }
}
