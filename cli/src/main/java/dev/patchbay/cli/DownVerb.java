package dev.patchbay.cli;

import dev.patchbay.cni.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code patchbay down}: takes a standalone node's pods, networks and processes away. */
@Command(
    name = "down",
    header = {"Examples:", "  sudo patchbay down", "  sudo patchbay down --purge", ""},
    description = "Stops what patchbay up started. The API's objects stay for the next up.")
final class DownVerb implements Callable<Integer> {
  private static final int LOOK_AGAIN_MILLIS = 20;

  private final Surroundings where;

  @Mixin private final CommonOptions common = new CommonOptions();

  @Option(names = "--purge", description = "Forget the API's objects and images too.")
  private boolean purge;

  DownVerb(Surroundings where) {
    this.where = where;
  }

  @Override
  public Integer call() throws InterruptedException {
    Path socket = common.standaloneSocket(where);
    if (!Files.exists(socket)) {
      where.err().println("Nothing is up at " + socket + ".");
      return 0;
    }
    ObjectNode answer = common.standalone(where).ask("down", Json.newObject().put("purge", purge));
    for (JsonNode done : Shown.list(answer, "done")) {
      where.err().println(common.marks(where).ok() + " " + done.asString());
    }
    for (JsonNode nic : Shown.list(answer, "strangers")) {
      where
          .err()
          .println(
              "  "
                  + nic.asString()
                  + " stays: it is no pod's of this node; its own runtime takes it away");
    }
    List<JsonNode> left = Shown.list(answer, "left");
    left.forEach(one -> where.err().println(common.marks(where).bad() + " " + one.asString()));
    awaitEnd(answer.path("pid").asLong(0));
    if (!left.isEmpty()) {
      throw new CommandFailure(
          CommandFailure.FAILED,
          "something is left",
          "sudo patchbay up, then sudo patchbay down, tries again");
    }
    return 0;
  }

  private void awaitEnd(long pid) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(common.timeout);
    while (runs(pid)) {
      if (System.nanoTime() > deadline) {
        throw new CommandFailure(
            CommandFailure.TIMED_OUT,
            "process " + pid + " has not ended yet",
            "sudo patchbay check");
      }
      Thread.sleep(LOOK_AGAIN_MILLIS);
    }
  }

  /**
   * In a container whose first process waits for nobody, an ended process is listed for ever: that
   * is no reason to wait (proc_pid_stat(5), field 3).
   */
  private static boolean runs(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
      char state = stat.charAt(stat.lastIndexOf(')') + 2);
      return state != 'Z' && state != 'X';
    } catch (IOException _) {
      return false; // there is no such process
    }
  }
}
