package dev.patchbay.vm.console;

/**
 * How much of a console is kept. A guest that floods its console costs this and no more.
 *
 * @param historyBytes of the newest output in memory, 1 KiB to 16 MiB
 * @param replayLines last lines that a new watcher gets first, 0 to 10000
 * @param backlogBytes what one watcher may leave unread before it loses it, 4 KiB to 16 MiB
 * @param logBytes size at which a log file is rotated, 64 KiB to 1 GiB
 * @param logFiles log files kept of one start of the machine, 1 to 100; as many again are kept of
 *     the start before
 */
public record ConsoleSettings(
    int historyBytes, int replayLines, int backlogBytes, int logBytes, int logFiles) {
  /** 64 KiB in memory, 24 lines at first, 128 KiB a watcher, 3 files of 4 MiB. */
  public static final ConsoleSettings DEFAULTS =
      new ConsoleSettings(64 << 10, 24, 128 << 10, 4 << 20, 3);

  private static final int LARGEST_IN_MEMORY = 16 << 20;

  /** Throws IllegalArgumentException, naming key, value and range. */
  public ConsoleSettings {
    require("historyBytes", historyBytes, 1 << 10, LARGEST_IN_MEMORY);
    require("replayLines", replayLines, 0, 10_000);
    require("backlogBytes", backlogBytes, 4 << 10, LARGEST_IN_MEMORY);
    require("logBytes", logBytes, 64 << 10, 1 << 30);
    require("logFiles", logFiles, 1, 100);
  }

  private static void require(String key, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "vm.console." + key + " is " + value + "; write " + least + " to " + most);
    }
  }
}
