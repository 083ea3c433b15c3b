package dev.patchbay.apiserver.resource;

import dev.patchbay.apiserver.schema.Schema;
import java.util.List;

/**
 * The kind Service, of which there never is one: clients that list a cluster's services, such as
 * {@code kubectl cluster-info}, get an empty list instead of an error.
 */
public final class Services {
  /** The kind; read-only. */
  public static final Kind KIND =
      new Kind(
          "",
          "v1",
          "Service",
          "services",
          "service",
          List.of("svc"),
          List.of(),
          true,
          false,
          Kind.Origin.VIEW,
          Schema.ANYTHING,
          List.of(Tables.name(), Tables.AGE),
          Rules.NONE);

  private Services() {}
}
