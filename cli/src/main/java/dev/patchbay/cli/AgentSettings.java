package dev.patchbay.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The one key of the agent's configuration that a command needs. */
final class AgentSettings {
  private static final Path DEFAULT_SOCKET = Path.of("/run/patchbay/agent.sock");

  private AgentSettings() {}

  /** The socket that the file names, or the default one. */
  static Path socket(Path file) {
    if (!Files.isReadable(file)) {
      return DEFAULT_SOCKET;
    }
    try {
      String text = Files.readString(file);
      // a YAML parser costs more time than the rest of a command
      if (text.lines().noneMatch(line -> line.strip().startsWith("socket"))) {
        return DEFAULT_SOCKET;
      }
      JsonNode tree = new YAMLMapper().readTree(text);
      // standalone.yaml has the agent's own settings below a key of their own
      JsonNode socket = tree.has("socket") ? tree.path("socket") : tree.at("/agent/socket");
      return socket.isString() ? Path.of(socket.stringValue()) : DEFAULT_SOCKET;
    } catch (IOException | JacksonException | InvalidPathException e) {
      throw new CommandFailure(
          CommandFailure.FAILED,
          file + " cannot be read: " + e.getMessage(),
          "correct it, or name the socket: --socket PATH",
          e);
    }
  }
}
