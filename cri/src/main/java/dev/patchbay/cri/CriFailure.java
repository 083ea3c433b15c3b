package dev.patchbay.cri;

import java.nio.file.Path;
import java.time.Duration;

/** Why a call to the container runtime failed. */
public sealed interface CriFailure {
  /** What went wrong, in one clause that names the subject. */
  String what();

  /** What to do about it, in one clause. */
  String remedy();

  /** Nobody answers at the socket; nothing was asked. */
  record Unreachable(Path socket, String why) implements CriFailure {
    @Override
    public String what() {
      return "no container runtime answers at %s (%s)".formatted(socket, why);
    }

    @Override
    public String remedy() {
      return "install or start containerd, or name its socket in the settings";
    }
  }

  /** The connection broke during a call: whether it was done is unknown. */
  record Lost(String call, String why) implements CriFailure {
    @Override
    public String what() {
      return "the runtime went away during %s (%s)".formatted(call, why);
    }

    @Override
    public String remedy() {
      return "list what it has once it answers again, then repeat";
    }
  }

  /** The runtime did not answer in time: whether the call was done is unknown. */
  record TimedOut(String call, Duration limit) implements CriFailure {
    @Override
    public String what() {
      return "%s did not end within %d s".formatted(call, limit.toSeconds());
    }

    @Override
    public String remedy() {
      return "look at the runtime's log, then repeat";
    }
  }

  /** The sandbox, container or image does not exist. */
  record NotFound(String call, String message) implements CriFailure {
    @Override
    public String what() {
      return "%s: not found: %s".formatted(call, message);
    }

    @Override
    public String remedy() {
      return "list what the runtime has; it may have been removed meanwhile";
    }
  }

  /** A sandbox or container of that name and attempt exists already. */
  record AlreadyExists(String call, String message) implements CriFailure {
    @Override
    public String what() {
      return "%s: there already: %s".formatted(call, message);
    }

    @Override
    public String remedy() {
      return "use or remove the one that exists, or count the attempt up";
    }
  }

  /** The image is neither there nor can it be pulled. */
  record ImageMissing(String image, String message) implements CriFailure {
    @Override
    public String what() {
      return "image %s is not present and cannot be pulled: %s".formatted(image, message);
    }

    @Override
    public String remedy() {
      return "correct the name, or import it: ctr -n k8s.io images import FILE";
    }
  }

  /** The runtime refuses the request as it is. */
  record Refused(String call, String message) implements CriFailure {
    @Override
    public String what() {
      return "%s: refused: %s".formatted(call, message);
    }

    @Override
    public String remedy() {
      return "correct the request; repeating it changes nothing";
    }
  }

  /** The runtime does not know the call. */
  record Unsupported(String call, String message) implements CriFailure {
    @Override
    public String what() {
      return "%s: the runtime does not know it: %s".formatted(call, message);
    }

    @Override
    public String remedy() {
      return "use a runtime with CRI v1 (containerd 1.6 or newer) whose cri plugin is not disabled";
    }
  }

  /** The runtime tried and failed, in its own words. */
  record Failed(String call, String message) implements CriFailure {
    @Override
    public String what() {
      return "%s: %s".formatted(call, message);
    }

    @Override
    public String remedy() {
      return "look at the runtime's log";
    }
  }
}
