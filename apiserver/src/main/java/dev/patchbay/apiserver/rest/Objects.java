package dev.patchbay.apiserver.rest;

import dev.patchbay.apiserver.auth.Access;
import dev.patchbay.apiserver.fault.ApiFault;
import dev.patchbay.apiserver.resource.Definitions;
import dev.patchbay.apiserver.resource.Kind;
import dev.patchbay.apiserver.resource.Kinds;
import dev.patchbay.apiserver.store.ObjectStore;
import java.io.IOException;
import java.time.Clock;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** Requests about objects: which verb each is, whether it is permitted, and who does it. */
public final class Objects {
  private static final Set<String> READS = Set.of("GET", "HEAD");

  private final ObjectStore store;
  private final Kinds kinds;
  private final Reading reading;
  private final Writing writing;
  private final Deleting deleting;
  private final BindingPods binding;
  private final Definitions definitions;

  /** Requests about what is in that store. */
  public Objects(ObjectStore store, Kinds kinds, Clock clock) {
    this.store = store;
    this.kinds = kinds;
    this.reading = new Reading(store);
    this.writing = new Writing(store, new Finishing(clock));
    this.deleting = new Deleting(store, kinds, clock);
    this.binding = new BindingPods(store, clock);
    this.definitions = new Definitions(store, kinds);
  }

  Kinds kinds() {
    return kinds;
  }

  boolean isWatch(Exchange exchange, Route.Objects at) {
    return exchange.method().equals("GET")
        && (at.watches() || (at.name().isEmpty() && exchange.query().flag("watch")));
  }

  /** Throws ApiFault 403 when the user may not. */
  void permit(Exchange exchange, Route.Objects at) {
    new Access(
            verb(exchange, at),
            at.kind().group(),
            at.kind().plural(),
            at.subresource(),
            at.space(),
            at.name().orElse(""))
        .require(exchange.user());
  }

  private String verb(Exchange exchange, Route.Objects at) {
    boolean one = at.name().isPresent();
    return switch (exchange.method()) {
      case "GET", "HEAD" -> isWatch(exchange, at) ? "watch" : one ? "get" : "list";
      case "POST" -> "create";
      case "PUT" -> "update";
      case "PATCH" -> "patch";
      case "DELETE" -> one ? "delete" : "deletecollection";
      default -> throw ApiFault.methodNotAllowed();
    };
  }

  /** The object that a path names. */
  ObjectNode find(Route.Objects at) {
    return reading.find(at).object();
  }

  /** A watch; throws ApiFault for a query that cannot be. */
  Watching watch(Exchange exchange, Route.Objects at) {
    return Watching.of(store, at, exchange.query());
  }

  Answer answer(Exchange exchange, Route.Objects at) throws IOException {
    if (at.subresource().equals(BindingPods.SUBRESOURCE)
        && at.kind().kind().equals("Pod")
        && exchange.method().equals("POST")) {
      return binding.bind(exchange, at);
    }
    requireServed(exchange, at);
    Answer answer = at.name().isPresent() ? one(exchange, at) : many(exchange, at);
    if (at.kind().plural().equals(Definitions.PLURAL) && !READS.contains(exchange.method())) {
      definitions.serveAll();
    }
    if (!READS.contains(exchange.method()) && at.namespace().isPresent()) {
      deleting.finishIfEnding(at.space());
    }
    return answer;
  }

  private Answer one(Exchange exchange, Route.Objects at) throws IOException {
    return switch (exchange.method()) {
      case "GET", "HEAD" -> reading.get(at);
      case "PUT" -> writing.replace(exchange, at);
      case "PATCH" -> writing.patch(exchange, at);
      case "DELETE" -> deleting.one(exchange, at);
      default -> throw ApiFault.methodNotAllowed();
    };
  }

  private Answer many(Exchange exchange, Route.Objects at) throws IOException {
    return switch (exchange.method()) {
      case "GET", "HEAD" -> reading.list(at, exchange.query());
      case "POST" -> writing.create(exchange, at);
      case "DELETE" -> deleting.collection(exchange, at);
      default -> throw ApiFault.methodNotAllowed();
    };
  }

  private static void requireServed(Exchange exchange, Route.Objects at) {
    boolean status = at.subresource().equals("status") && at.kind().hasStatus();
    if (!at.subresource().isEmpty() && !status) {
      if (at.kind().origin() == Kind.Origin.CUSTOM) {
        throw ApiFault.notFound(at.kind().group(), at.kind().plural(), at.name().orElse(""), "");
      }
      throw ApiFault.noResource();
    }
    if (status && exchange.method().equals("DELETE")) {
      throw ApiFault.methodNotAllowed();
    }
    if (at.kind().origin() == Kind.Origin.VIEW && !READS.contains(exchange.method())) {
      throw ApiFault.readOnly(at.kind().qualified());
    }
  }
}
