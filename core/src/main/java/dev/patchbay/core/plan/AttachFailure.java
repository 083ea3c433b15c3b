package dev.patchbay.core.plan;

import dev.patchbay.core.nic.IfName;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Why a NIC cannot be had: expected failures are values. Each says in {@link #message} what is
 * wrong with which value, and in {@link #remedy} what to do.
 */
public sealed interface AttachFailure {
  /** What is wrong, naming field and value. */
  String message();

  /** What to do about it. */
  String remedy();

  /** Whether the same request may succeed later without a change. */
  default boolean retryable() {
    return false;
  }

  /** A field of the request or of a definition cannot be used. */
  record InvalidField(String field, String value, String message, String remedy)
      implements AttachFailure {}

  /** A field that we know, but cannot serve. */
  record UnsupportedField(String field, String value, String remedy) implements AttachFailure {
    @Override
    public String message() {
      return "field \"" + field + "\" with value " + value + " is not supported";
    }
  }

  /** The parent link is not on the host. */
  record ParentMissing(IfName parent, List<IfName> present) implements AttachFailure {
    /** Copies the list. */
    public ParentMissing {
      present = List.copyOf(present);
    }

    @Override
    public String message() {
      return "no parent link \"" + parent + "\"";
    }

    @Override
    public String remedy() {
      return "the host has "
          + (present.isEmpty()
              ? "no other link"
              : present.stream().map(IfName::value).collect(Collectors.joining(", ")));
    }

    @Override
    public boolean retryable() {
      return true;
    }
  }

  /** The pod's namespace is not there. */
  record NetnsGone(String path) implements AttachFailure {
    @Override
    public String message() {
      return "network namespace \"" + path + "\" is gone";
    }

    @Override
    public String remedy() {
      return "the runtime makes a new sandbox; delete this one";
    }
  }

  /** A link of that name is there already. */
  record LinkExists(IfName link, String netns) implements AttachFailure {
    @Override
    public String message() {
      return "interface \"" + link + "\" already exists in " + netns;
    }

    @Override
    public String remedy() {
      return "choose another interface name, or unplug that one first";
    }
  }

  /** No free address. */
  record PoolExhausted(String pool, String ranges) implements AttachFailure {
    @Override
    public String message() {
      return "no free address in pool \"" + pool + "\" (" + ranges + ")";
    }

    @Override
    public String remedy() {
      return "widen the range, or see who holds its addresses: patchbay get networks -o wide";
    }

    @Override
    public boolean retryable() {
      return true;
    }
  }

  /** A requested address is not to be had. */
  record AddressTaken(String address, String holder) implements AttachFailure {
    @Override
    public String message() {
      return "address " + address + " is held by " + holder;
    }

    @Override
    public String remedy() {
      return "ask for another address, or delete its holder";
    }
  }

  /** A port is another NIC's. */
  record PortHeld(String port, String holder) implements AttachFailure {
    @Override
    public String message() {
      return "port \"" + port + "\" is held by " + holder;
    }

    @Override
    public String remedy() {
      return "name another port, or unplug that NIC first";
    }

    @Override
    public boolean retryable() {
      return true;
    }
  }

  /** A port may be bound on another node only. */
  record PortElsewhere(String port, String node, String here) implements AttachFailure {
    @Override
    public String message() {
      return "port \"" + port + "\" belongs to node \"" + node + "\", not to \"" + here + "\"";
    }

    @Override
    public String remedy() {
      return "run the pod there, or take spec.node out of the port";
    }

    @Override
    public boolean retryable() {
      return true;
    }
  }

  /** Whoever keeps VPCs and ports cannot be reached, or has changed them meanwhile. */
  record ProviderAway(String provider, String problem) implements AttachFailure {
    @Override
    public String message() {
      return provider + ": " + problem;
    }

    @Override
    public String remedy() {
      return "try again when it answers";
    }

    @Override
    public boolean retryable() {
      return true;
    }
  }

  /** The kernel refused. */
  record Kernel(String op, String errno, String extAck) implements AttachFailure {
    @Override
    public String message() {
      return op + ": " + errno + (extAck.isEmpty() ? "" : "; kernel: \"" + extAck + "\"");
    }

    @Override
    public String remedy() {
      return errno.startsWith("EOPNOTSUPP")
          ? "this kernel lacks the link kind or the feature"
          : "patchbay why shows the whole plan";
    }

    @Override
    public boolean retryable() {
      return errno.startsWith("EBUSY")
          || errno.startsWith("ENOBUFS")
          || errno.startsWith("ENOMEM")
          || errno.startsWith("EINTR");
    }
  }

  /** A file or folder failed us. */
  record Storage(String path, String problem) implements AttachFailure {
    @Override
    public String message() {
      return path + ": " + problem;
    }

    @Override
    public String remedy() {
      return "make room or make the folder writable";
    }

    @Override
    public boolean retryable() {
      return true;
    }
  }

  /** The plugin's executable is nowhere. */
  record DelegateMissing(String type, List<String> searched, List<String> present)
      implements AttachFailure {
    /** Copies the lists. */
    public DelegateMissing {
      searched = List.copyOf(searched);
      present = List.copyOf(present);
    }

    @Override
    public String message() {
      return "no CNI plugin \"" + type + "\" in " + String.join(":", searched);
    }

    @Override
    public String remedy() {
      return "install it; present are " + (present.isEmpty() ? "none" : String.join(", ", present));
    }
  }

  /** The plugin refused, in its own words. */
  record DelegateRefused(String type, int code, String msg, String details)
      implements AttachFailure {
    @Override
    public String message() {
      return "plugin \"" + type + "\" refused: " + msg + (details.isEmpty() ? "" : "; " + details);
    }

    @Override
    public String remedy() {
      return "see that plugin's documentation for code " + code;
    }

    @Override
    public boolean retryable() {
      return code == 11;
    }
  }

  /** The plugin broke its contract. */
  record DelegateBroke(String type, String problem) implements AttachFailure {
    @Override
    public String message() {
      return "plugin \"" + type + "\" " + problem;
    }

    @Override
    public String remedy() {
      return "run it by hand: patchbay cni add";
    }
  }

  /** Every port for NICs that the machine was switched on with is taken. */
  record NoGuestPort(String vm, int ports) implements AttachFailure {
    @Override
    public String message() {
      return "virtual machine "
          + vm
          + " has no free port for one more NIC: all "
          + ports
          + " are taken";
    }

    @Override
    public String remedy() {
      return "unplug a NIC, or start the machine anew with more ports (vm.ports in the agent's"
          + " configuration); a port whose guest does not let go is free after a reset";
    }

    @Override
    public boolean retryable() {
      return true;
    }
  }

  /** QEMU, or the guest, said no. */
  record GuestRefused(String vm, String doing, String why) implements AttachFailure {
    @Override
    public String message() {
      return "virtual machine " + vm + ": " + doing + ": " + why;
    }

    @Override
    public String remedy() {
      return "patchbay why shows the whole plan, and QEMU's monitor what the machine has";
    }

    @Override
    public boolean retryable() {
      return true;
    }
  }

  /** A guest has an empty shell left of a NIC that is gone. */
  record GuestHolds(String vm, String device) implements AttachFailure {
    @Override
    public String message() {
      return "guest "
          + vm
          + " has not let go of device "
          + device
          + "; the NIC is cut off and its addresses are free";
    }

    @Override
    public String remedy() {
      return "the device goes when the guest lets go or is reset";
    }

    @Override
    public boolean retryable() {
      return true;
    }
  }

  /** It took too long. */
  record TimedOut(String what, String after) implements AttachFailure {
    @Override
    public String message() {
      return what + " did not happen within " + after;
    }

    @Override
    public String remedy() {
      return "try again";
    }

    @Override
    public boolean retryable() {
      return true;
    }
  }

  /** The caller has gone away. */
  record Cancelled(String by) implements AttachFailure {
    @Override
    public String message() {
      return "cancelled by " + by;
    }

    @Override
    public String remedy() {
      return "nothing to do: everything was undone";
    }
  }
}
