package dev.patchbay.core.plan;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What the ops of a plan have yielded so far, by the name of their Ref.
 *
 * @param values in the order they came
 */
public record Bindings(Map<String, Yield> values) {
  /** Nothing yielded yet. */
  public static final Bindings NONE = new Bindings(Map.of());

  /** Copies the map, keeping its order. */
  public Bindings {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
  }

  /** One value under one name. */
  public static <T extends Yield> Bindings of(Ref<T> ref, T value) {
    return new Bindings(Map.of(ref.name(), value));
  }

  /** These and those; those win. */
  public Bindings and(Bindings more) {
    Map<String, Yield> all = new LinkedHashMap<>(values);
    all.putAll(more.values);
    return new Bindings(all);
  }

  /** The link behind the Ref, if its op has run. */
  public Optional<Link> link(Ref<Link> ref) {
    return find(ref, Link.class);
  }

  /** The addresses behind the Ref, if its op has run. */
  public Optional<Lease> lease(Ref<Lease> ref) {
    return find(ref, Lease.class);
  }

  /** The NIC behind the Ref as it was handed to its guest, if its op has run. */
  public Optional<HandedOver> handedOver(Ref<HandedOver> ref) {
    return find(ref, HandedOver.class);
  }

  /** The delegate's answer behind the Ref, if it gave one. */
  public Optional<DelegateResult> result(Ref<DelegateResult> ref) {
    return find(ref, DelegateResult.class);
  }

  /** The value behind the Ref, if its op has run. */
  public <T extends Yield> Optional<T> find(Ref<T> ref, Class<T> type) {
    return Optional.ofNullable(values.get(ref.name())).map(type::cast);
  }
}
