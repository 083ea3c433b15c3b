package dev.patchbay.core.plan;

/**
 * A port of a VPC that a NIC has from now on.
 *
 * @param namespace of the port's object
 * @param id the port's name, which status shows as portID
 * @param vpc its VPC
 * @param subnet its subnet
 */
public record BoundPort(String namespace, String id, String vpc, String subnet) implements Yield {
  @Override
  public String toString() {
    return namespace + "/" + id;
  }
}
