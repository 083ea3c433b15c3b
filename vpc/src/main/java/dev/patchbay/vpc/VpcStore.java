package dev.patchbay.vpc;

import java.util.List;
import java.util.Optional;

/**
 * Where VPCs, subnets and ports are kept. Any method may throw {@link StoreAwayException}, and
 * {@link InvalidObjectException} where it is about one object; a list leaves such objects out.
 * Specs are their authors'; what the provider changes is the grants of a subnet and the status of a
 * port.
 */
public interface VpcStore {
  /** One object; empty when there is none. */
  <T extends VpcObject> Optional<Stored<T>> get(Class<T> kind, Key key);

  /** The objects of a namespace, or of all when it is empty. */
  <T extends VpcObject> List<Stored<T>> list(Class<T> kind, String namespace);

  /** Adds an object; false when there is one of that name. */
  boolean create(VpcObject object);

  /** Writes grants or status; false when the object has changed since, or is gone. */
  <T extends VpcObject> boolean update(Stored<T> changed);

  /** Takes an object away; an absent one is gone. */
  void delete(VpcObject object);
}
