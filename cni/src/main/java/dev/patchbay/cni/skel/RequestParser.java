package dev.patchbay.cni.skel;

import dev.patchbay.cni.error.CniError;
import dev.patchbay.cni.error.CniException;
import dev.patchbay.cni.version.CniVersion;
import dev.patchbay.core.nic.IfName;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads a request from environment and stdin, with the requirements of the reference library's
 * skel. Everything wrong is a {@link CniException}: code 4 for the environment, 6 and 7 for stdin,
 * 1 for the version.
 */
public final class RequestParser {
  private static final String COMMAND = "CNI_COMMAND";
  private static final String CONTAINER_ID = "CNI_CONTAINERID";
  private static final String NETNS = "CNI_NETNS";
  private static final String IF_NAME = "CNI_IFNAME";
  private static final String ARGS = "CNI_ARGS";
  private static final String PATH = "CNI_PATH";
  private static final String NETNS_OVERRIDE = "CNI_NETNS_OVERRIDE";

  private final Map<String, String> environment;

  private RequestParser(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * Reads a request.
   *
   * @param environment the plugin's
   * @param stdin all of it; not looked at for VERSION
   */
  public static CniRequest parse(Map<String, String> environment, byte[] stdin) {
    return new RequestParser(environment).parse(stdin);
  }

  private CniRequest parse(byte[] stdin) {
    Optional<String> text = variable(COMMAND);
    if (text.isEmpty()) {
      return new CniRequest.About();
    }
    CniCommand command = CniCommand.of(text.get()).orElseThrow(() -> unknown(text.get()));
    requireAll(command);
    return switch (command) {
      case VERSION -> new CniRequest.Version();
      case ADD, DEL, CHECK -> attachment(command, stdin);
      case GC -> {
        StdinConf conf = conf(command, stdin);
        yield new CniRequest.Gc(path(), ValidAttachments.of(conf.fields()), conf);
      }
      case STATUS -> new CniRequest.Status(path(), conf(command, stdin));
    };
  }

  private CniRequest attachment(CniCommand command, byte[] stdin) {
    AttachmentId attachment =
        new AttachmentId(parsed(CONTAINER_ID, ContainerId::new), parsed(IF_NAME, IfName::new));
    CniArgs args = variable(ARGS).map(_ -> parsed(ARGS, CniArgs::parse)).orElse(CniArgs.NONE);
    StdinConf conf = conf(command, stdin);
    String netns = variable(NETNS).orElse("");
    if (command == CniCommand.ADD) {
      return new CniRequest.Add(attachment, netns, args, path(), override(), conf);
    }
    return command == CniCommand.CHECK
        ? new CniRequest.Check(attachment, netns, args, path(), conf)
        : new CniRequest.Del(attachment, variable(NETNS), args, path(), override(), conf);
  }

  private static Set<String> required(CniCommand command) {
    return switch (command) {
      case ADD, CHECK -> Set.of(CONTAINER_ID, NETNS, IF_NAME, PATH);
      case DEL -> Set.of(CONTAINER_ID, IF_NAME, PATH);
      case GC, STATUS -> Set.of(PATH);
      case VERSION -> Set.of();
    };
  }

  private void requireAll(CniCommand command) {
    List<String> missing =
        required(command).stream().filter(name -> variable(name).isEmpty()).sorted().toList();
    if (!missing.isEmpty()) {
      throw environmentError(
          command
              + " needs environment variables that are missing or empty: "
              + String.join(", ", missing));
    }
  }

  private static StdinConf conf(CniCommand command, byte[] stdin) {
    StdinConf conf = StdinConf.parse(stdin);
    if (!conf.version().atLeast(command.since())) {
      throw new CniException(
          new CniError(
              CniError.INCOMPATIBLE_VERSION,
              "stdin: cniVersion is "
                  + conf.version()
                  + ", but "
                  + command
                  + " needs at least "
                  + command.since(),
              "supported are " + String.join(", ", CniVersion.texts())));
    }
    return conf;
  }

  private List<Path> path() {
    List<Path> folders = new ArrayList<>();
    for (String folder : variable(PATH).orElse("").split(":", -1)) {
      if (!folder.isEmpty()) {
        folders.add(parsed(PATH, folder, Path::of));
      }
    }
    return folders;
  }

  private boolean override() {
    String value = variable(NETNS_OVERRIDE).orElse("").toLowerCase(Locale.ROOT);
    return value.equals("1") || value.equals("true");
  }

  private <T> T parsed(String name, Function<String, T> parser) {
    return parsed(name, variable(name).orElse(""), parser);
  }

  private static <T> T parsed(String name, String value, Function<String, T> parser) {
    try {
      return parser.apply(value);
    } catch (InvalidPathException e) {
      throw environmentError(name + ": \"" + e.getInput() + "\" is no path");
    } catch (IllegalArgumentException e) {
      throw environmentError(name + ": " + e.getMessage());
    }
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
  }

  private static CniException unknown(String command) {
    return environmentError(
        "unknown CNI_COMMAND: "
            + command
            + "; it is one of "
            + String.join(", ", Arrays.stream(CniCommand.values()).map(Enum::name).toList()));
  }

  private static CniException environmentError(String msg) {
    return CniException.of(CniError.INVALID_ENVIRONMENT, msg);
  }
}
