package dev.patchbay.apiserver.auth;

import dev.patchbay.apiserver.fault.ApiFault;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers what somebody may do and who he is: {@code kubectl auth can-i} and {@code whoami}. */
public final class Reviews {
  private static final List<String> READING = List.of("get", "list", "watch");

  private Reviews() {}

  /** Whether that resource is a review. */
  public static boolean isOne(String group, String plural) {
    return switch (group) {
      case "authorization.k8s.io" ->
          plural.equals("selfsubjectaccessreviews") || plural.equals("selfsubjectrulesreviews");
      case "authentication.k8s.io" -> plural.equals("selfsubjectreviews");
      default -> false;
    };
  }

  /** The review with its status; throws ApiFault 404 for what is no review. */
  public static ObjectNode answer(String group, String plural, ObjectNode asked, User user) {
    if (!isOne(group, plural)) {
      throw ApiFault.noResource();
    }
    ObjectNode review = asked.deepCopy();
    review.put("apiVersion", group + "/v1");
    review.withObjectProperty("metadata").putNull("creationTimestamp");
    ObjectNode status = review.putObject("status");
    switch (plural) {
      case "selfsubjectaccessreviews" ->
          access(review.put("kind", "SelfSubjectAccessReview"), user);
      case "selfsubjectrulesreviews" -> rules(review.put("kind", "SelfSubjectRulesReview"), user);
      default -> {
        review.put("kind", "SelfSubjectReview");
        ObjectNode info = status.putObject("userInfo").put("username", user.name());
        user.groups().forEach(info.putArray("groups")::add);
      }
    }
    return review;
  }

  private static void access(ObjectNode review, User user) {
    JsonNode wanted = review.at("/spec/resourceAttributes");
    JsonNode path = review.at("/spec/nonResourceAttributes");
    boolean allowed =
        wanted.isObject()
            ? new Access(
                    wanted.path("verb").asString(""),
                    wanted.path("group").asString(""),
                    wanted.path("resource").asString(""),
                    wanted.path("subresource").asString(""),
                    wanted.path("namespace").asString(""),
                    wanted.path("name").asString(""))
                .allows(user)
            : path.isObject() && path.path("verb").asString("").equals("get");
    ObjectNode status = review.withObjectProperty("status").put("allowed", allowed);
    if (!allowed) {
      status.put("reason", "the token of \"" + user.name() + "\" does not reach that far");
    }
  }

  private static void rules(ObjectNode review, User user) {
    ObjectNode status = review.withObjectProperty("status").put("incomplete", false);
    ArrayNode resources = status.putArray("resourceRules");
    String namespace = review.at("/spec/namespace").asString("");
    if (user.may("get", namespace)) {
      ObjectNode rule = resources.addObject();
      (user.readOnly() ? READING : List.of("*")).forEach(rule.putArray("verbs")::add);
      rule.putArray("apiGroups").add("*");
      rule.putArray("resources").add("*");
    }
    ObjectNode paths = status.putArray("nonResourceRules").addObject();
    paths.putArray("verbs").add("get");
    paths.putArray("nonResourceURLs").add("*");
  }
}
