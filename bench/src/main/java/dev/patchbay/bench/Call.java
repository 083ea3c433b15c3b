package dev.patchbay.bench;

import java.nio.file.Path;
import java.util.Map;

/**
 * One execution of a CNI plugin.
 *
 * @param program what is exec'd
 * @param environment all of its environment
 * @param stdin the configuration
 */
record Call(Path program, Map<String, String> environment, String stdin) {
  Call {
    environment = Map.copyOf(environment);
  }
}
