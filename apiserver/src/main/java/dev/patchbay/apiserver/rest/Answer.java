package dev.patchbay.apiserver.rest;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a request comes to.
 *
 * @param code HTTP status
 * @param body an object, a list or a Status
 * @param warnings texts for the person
 */
record Answer(int code, ObjectNode body, List<String> warnings) {
  /** Copies the list. */
  Answer {
    warnings = List.copyOf(warnings);
  }

  /** 200 without warnings. */
  static Answer ok(ObjectNode body) {
    return new Answer(200, body, List.of());
  }
}
