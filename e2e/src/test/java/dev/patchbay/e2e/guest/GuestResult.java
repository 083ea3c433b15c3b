package dev.patchbay.e2e.guest;

import tools.jackson.databind.json.JsonMapper;

/**
 * How a test in the guest ended.
 *
 * @param test its class and name
 * @param why of a failure the stack trace, of a skip the reason
 * @param millis how long it took there, in milliseconds
 */
record GuestResult(String test, Outcome outcome, String why, long millis) {
  /** The line that says that all tests of a boot have been reported. */
  static final GuestResult END = new GuestResult("", Outcome.PASSED, "all", 0);

  /** How it ended. */
  enum Outcome {
    PASSED,
    SKIPPED,
    FAILED
  }

  static GuestResult of(String line) {
    return JsonMapper.shared().readValue(line, GuestResult.class);
  }

  String line() {
    return JsonMapper.shared().writeValueAsString(this);
  }
}
