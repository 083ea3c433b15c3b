package dev.patchbay.linux.netns;

import dev.patchbay.core.nic.Netns;
import java.io.IOException;
import java.util.List;

/**
 * Makes network namespaces that have a name and outlive the agent, for what has no runtime that
 * would make them: VMs, routers of a VPC. One call per name at a time is the caller's care.
 */
public interface NetnsKeeper {
  /**
   * The namespace of that name, made if it is not there. What a crash or an earlier boot has left
   * of the name is replaced.
   */
  Netns ensure(String name) throws IOException;

  /** Deletes the name, and the namespace with it unless somebody is in there; twice is once. */
  void delete(String name) throws IOException;

  /** The names that are there, sorted, also those of which only the name is left. */
  List<String> listed() throws IOException;
}
