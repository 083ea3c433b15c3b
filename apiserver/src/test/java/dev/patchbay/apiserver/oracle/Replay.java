package dev.patchbay.apiserver.oracle;

import dev.patchbay.apiserver.oracle.OracleCase.Ask;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Plays one case against a running server and tells what differs. */
final class Replay {
  private static final String JSON = "application/json";
  private static final String MERGE = "application/merge-patch+json";
  private static final List<String> PLACES =
      List.of(
          "/api/v1/namespaces/oracle/configmaps",
          "/api/v1/namespaces/oracle/secrets",
          "/api/v1/namespaces/oracle/pods",
          "/api/v1/nodes",
          "/apis/net.example.com/v1/namespaces/oracle/vms");

  private final Caller caller;
  private final OracleCase oracle;
  private final List<String> differences = new ArrayList<>();
  private JsonNode last = JsonMapper.shared().missingNode();

  private Replay(Caller caller, OracleCase oracle) {
    this.caller = caller;
    this.oracle = oracle;
  }

  static List<String> play(Caller caller, OracleCase oracle)
      throws IOException, InterruptedException {
    clean(caller);
    var replay = new Replay(caller, oracle);
    replay.run();
    return replay.differences;
  }

  static Ask ask(String method, String path, String contentType, String body) {
    return new Ask(method, path, "", contentType, "", body);
  }

  private static void clean(Caller caller) throws IOException, InterruptedException {
    for (String place : PLACES) {
      JsonNode list = tree(caller.send(ask("GET", place, "", "")).body());
      for (JsonNode item : list.path("items")) {
        String path = place + "/" + item.at("/metadata/name").asString();
        if (item.at("/metadata/finalizers").size() > 0) {
          caller.send(ask("PATCH", path, MERGE, "{\"metadata\":{\"finalizers\":null}}"));
        }
        caller.send(ask("DELETE", path, JSON, "{\"gracePeriodSeconds\":0}"));
      }
    }
  }

  private void run() throws IOException, InterruptedException {
    for (Ask ask : oracle.setup()) {
      HttpResponse<String> answer = caller.send(filled(ask));
      if (answer.statusCode() / 100 != 2) {
        differences.add("setup: " + answer.statusCode() + " " + answer.body());
        return;
      }
      last = tree(answer.body());
    }
    Ask request = filled(oracle.request());
    if (oracle.response().text().has("events")) {
      watch(request);
      return;
    }
    boolean changes = List.of("PATCH", "PUT").contains(request.method());
    JsonNode before = changes ? tree(caller.send(get(request.path())).body()) : last;
    HttpResponse<String> answer = caller.send(request);
    judge(answer, before);
    afterwards();
  }

  private static Ask get(String path) {
    return ask("GET", path.replaceFirst("/status$", ""), "", "");
  }

  private Ask filled(Ask ask) {
    return new Ask(
        ask.method(),
        filled(ask.path()),
        filled(ask.query()),
        ask.contentType(),
        ask.accept(),
        filled(ask.text()));
  }

  private String filled(String text) {
    return text.replace("${uid}", last.at("/metadata/uid").asString(""))
        .replace("${resourceVersion}", last.at("/metadata/resourceVersion").asString(""))
        .replace("${continue}", last.at("/metadata/continue").asString(""));
  }

  private void judge(HttpResponse<String> answer, JsonNode before) {
    OracleCase.Recorded real = oracle.response();
    differ("status", real.status(), answer.statusCode(), answer.body());
    if (!differences.isEmpty()) {
      return;
    }
    JsonNode body = tree(answer.body());
    if (real.text().has("text")) {
      differ("text", real.text().path("text").asString(), answer.body(), "");
    } else if (real.text().has("reason")) {
      status(real, body);
    } else {
      differences.addAll(Judge.object(real, body));
      changes(real, body, before);
      list(real, body);
    }
    differ("warnings", real.warnings(), answer.headers().allValues("Warning"), "");
  }

  private void status(OracleCase.Recorded real, JsonNode ours) {
    differ("reason", real.reason(), ours.path("reason").asString(""), ours);
    if (!Judge.text(real.message(), ours.path("message").asString(""))) {
      differ("message", real.message(), ours.path("message").asString(""), "");
    }
    JsonNode wanted = real.text().path("details");
    JsonNode found = ours.path("details");
    if (!wanted.isMissingNode() && !Judge.matches(once(wanted), once(found))) {
      differ("details", wanted, found, "");
    }
    String status = real.text().path("statusField").asString("Failure");
    differ("status field", status, ours.path("status").asString(""), ours);
  }

  /** The real server repeats a cause as often as it looks at it; that is nobody's contract. */
  private static JsonNode once(JsonNode details) {
    JsonNode copy = details.deepCopy();
    if (copy.path("causes") instanceof tools.jackson.databind.node.ArrayNode causes) {
      List<JsonNode> different = causes.valueStream().distinct().toList();
      causes.removeAll();
      different.forEach(causes::add);
    }
    return copy;
  }

  private void changes(OracleCase.Recorded real, JsonNode ours, JsonNode before) {
    JsonNode text = real.text();
    if (text.has("resourceVersionChanged")) {
      boolean changed =
          !before.at("/metadata/resourceVersion").equals(ours.at("/metadata/resourceVersion"));
      differ(
          "resourceVersionChanged", text.path("resourceVersionChanged").asBoolean(), changed, ours);
    }
    if (text.has("generationDelta")) {
      long delta =
          ours.at("/metadata/generation").asLong(0) - before.at("/metadata/generation").asLong(0);
      differ("generationDelta", text.path("generationDelta").asLong(), delta, ours);
    }
    if (text.has("namePattern")) {
      String name = ours.at("/metadata/name").asString("");
      differ("name", true, name.matches(text.path("namePattern").asString()), name);
    }
  }

  private void list(OracleCase.Recorded real, JsonNode ours) {
    JsonNode text = real.text();
    if (!text.has("items")) {
      return;
    }
    differ("kind", text.path("kind").asString(), ours.path("kind").asString(""), "");
    List<String> names =
        ours.path("items")
            .valueStream()
            .map(item -> item.at("/metadata/name").asString(""))
            .toList();
    differ("items", real.strings("items"), names, "");
    boolean goesOn = !ours.at("/metadata/continue").asString("").isEmpty();
    differ("continue", text.path("continue").asBoolean(false), goesOn, "");
    if (text.has("remainingItemCount")) {
      differ(
          "remainingItemCount",
          text.path("remainingItemCount").asLong(),
          ours.at("/metadata/remainingItemCount").asLong(-1),
          "");
    }
  }

  private void afterwards() throws IOException, InterruptedException {
    JsonNode text = oracle.response().text().path("afterwards");
    if (text.isMissingNode()) {
      return;
    }
    HttpResponse<String> answer = caller.send(ask("GET", text.path("GET").asString(), "", ""));
    differ("status afterwards", text.path("status").asInt(), answer.statusCode(), answer.body());
    differences.addAll(
        Judge.object(new OracleCase.Recorded((ObjectNode) text), tree(answer.body())));
  }

  /** The server itself ends the stream, so what has come by then is all. */
  private void watch(Ask request) throws IOException, InterruptedException {
    Ask bounded =
        new Ask(
            request.method(), request.path(), request.query() + "&timeoutSeconds=2", "", "", "");
    HttpResponse<Stream<String>> answer = caller.open(bounded);
    differ("status", oracle.response().status(), answer.statusCode(), "");
    List<Integer> statuses = new ArrayList<>();
    Iterator<String> lines = answer.body().iterator();
    List<JsonNode> events = new ArrayList<>();
    if (!bounded.query().contains("resourceVersion") && lines.hasNext()) {
      event(lines.next(), events); // what is there already comes before what changes
    }
    for (Ask ask : oracle.then()) {
      statuses.add(caller.send(filled(ask)).statusCode());
    }
    lines.forEachRemaining(line -> event(line, events));
    List<JsonNode> real = oracle.response().text().path("events").valueStream().toList();
    boolean same = events.size() == real.size();
    for (int index = 0; same && index < real.size(); index++) {
      same = Judge.matches(real.get(index), events.get(index));
    }
    if (!same) {
      differ("events", real, events, "");
    }
    List<Integer> asked =
        oracle.response().text().path("thenStatus").valueStream().map(JsonNode::asInt).toList();
    differ("thenStatus", asked, statuses, "");
  }

  private static void event(String line, List<JsonNode> events) {
    JsonNode event = tree(line);
    if (!event.path("type").asString("").equals("BOOKMARK")) {
      events.add(summary(event));
    }
  }

  private static JsonNode summary(JsonNode event) {
    ObjectNode summary = JsonMapper.shared().createObjectNode();
    JsonNode object = event.path("object");
    summary.set("type", event.path("type"));
    if (object.path("kind").asString("").equals("Status")) {
      object.properties().stream()
          .filter(entry -> List.of("code", "reason", "message").contains(entry.getKey()))
          .forEach(entry -> summary.set(entry.getKey(), entry.getValue()));
      return summary;
    }
    summary.set("name", object.at("/metadata/name"));
    if (object.at("/metadata/labels").isObject()) {
      summary.set("labels", object.at("/metadata/labels"));
    }
    for (String field : List.of("data", "spec", "status")) {
      if (object.has(field)) {
        ObjectNode value = (ObjectNode) object.path(field).deepCopy();
        value.remove("cpus");
        summary.set(field, value);
      }
    }
    if (object.at("/metadata/deletionTimestamp").isString()) {
      summary.put("deletionTimestamp", true);
    }
    return summary;
  }

  private void differ(String what, Object real, Object ours, Object whole) {
    if (!real.equals(ours)) {
      differences.add(what + "\n    real " + real + "\n    ours " + ours + "\n    in " + whole);
    }
  }

  private static JsonNode tree(String body) {
    try {
      return body.isBlank()
          ? JsonMapper.shared().missingNode()
          : JsonMapper.shared().readTree(body);
    } catch (JacksonException _) {
      return JsonMapper.shared().missingNode(); // plain text is judged as such
    }
  }
}
