package dev.patchbay.agent.node;

import dev.patchbay.kube.client.KubeApi;
import dev.patchbay.kube.client.KubeName;
import dev.patchbay.kube.client.KubeResource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * A container's environment: values, references to the pod's own fields, to ConfigMaps and to
 * Secrets.
 *
 * @param api has the ConfigMaps and Secrets
 * @param pod whose container it is
 * @param ips the pod's addresses
 */
record EnvVars(KubeApi api, PodView pod, List<String> ips) {
  private static final Pattern REFERENCE = Pattern.compile("\\$\\$|\\$\\(([A-Za-z0-9_.-]+)\\)");

  /** A reference that leads nowhere, named in the message. */
  static final class Unresolved extends Exception {
    private static final long serialVersionUID = 1;

    Unresolved(String message) {
      super(message);
    }
  }

  Map<String, String> of(JsonNode container) throws Unresolved {
    Map<String, String> all = new LinkedHashMap<>();
    if (!container.path("envFrom").isEmpty()) {
      throw new Unresolved("envFrom is not served; name each variable under env");
    }
    for (JsonNode one : container.path("env")) {
      String name = one.path("name").asString("");
      Optional<String> value =
          one.has("valueFrom")
              ? from(name, one.path("valueFrom"))
              : Optional.of(expanded(one.path("value").asString(""), all));
      value.ifPresent(text -> all.put(name, text));
    }
    return all;
  }

  /** Words in which {@code $(NAME)} stands for a variable; {@code $$} is a dollar sign. */
  static List<String> expanded(JsonNode words, Map<String, String> variables) {
    List<String> all = new ArrayList<>();
    words.forEach(word -> all.add(expanded(word.asString(""), variables)));
    return all;
  }

  private static String expanded(String text, Map<String, String> variables) {
    return REFERENCE
        .matcher(text)
        .replaceAll(match -> Matcher.quoteReplacement(replacement(match, variables)));
  }

  private static String replacement(MatchResult match, Map<String, String> variables) {
    String name = match.group(1);
    return name == null ? "$" : variables.getOrDefault(name, match.group());
  }

  private Optional<String> from(String name, JsonNode source) throws Unresolved {
    if (source.has("fieldRef")) {
      return Optional.of(field(name, source.path("fieldRef").path("fieldPath").asString("")));
    }
    if (source.has("configMapKeyRef")) {
      return key(KubeResource.CONFIG_MAPS, source.path("configMapKeyRef"));
    }
    if (source.has("secretKeyRef")) {
      return key(KubeResource.SECRETS, source.path("secretKeyRef"))
          .map(text -> new String(Base64.getDecoder().decode(text), StandardCharsets.UTF_8));
    }
    throw new Unresolved(
        "env " + name + ": only value, fieldRef, configMapKeyRef and secretKeyRef are served");
  }

  private String field(String name, String path) throws Unresolved {
    return switch (path) {
      case "metadata.name" -> pod.name().name();
      case "metadata.namespace" -> pod.name().namespace();
      case "metadata.uid" -> pod.uid();
      case "spec.nodeName" -> pod.nodeName();
      case "status.podIP" -> ips.isEmpty() ? "" : ips.getFirst();
      case "status.podIPs" -> String.join(",", ips);
      default -> throw new Unresolved("env " + name + ": field " + path + " is not served");
    };
  }

  private Optional<String> key(KubeResource resource, JsonNode reference) throws Unresolved {
    var name = new KubeName(pod.name().namespace(), reference.path("name").asString(""));
    String key = reference.path("key").asString("");
    JsonNode value =
        api.get(resource, name)
            .map(object -> object.path("data").path(key))
            .orElseGet(() -> pod.object().missingNode());
    if (value.isString()) {
      return Optional.of(value.asString());
    }
    if (reference.path("optional").asBoolean(false)) {
      return Optional.empty();
    }
    throw new Unresolved("there is no key " + key + " in " + resource + " " + name);
  }
}
