package dev.patchbay.apiserver.rest;

import dev.patchbay.apiserver.fault.ApiFault;
import dev.patchbay.apiserver.fault.Cause;
import dev.patchbay.apiserver.patch.PatchBody;
import dev.patchbay.apiserver.resource.Kind;
import dev.patchbay.apiserver.rest.Bodies.Strictness;
import dev.patchbay.apiserver.schema.Decoded;
import dev.patchbay.apiserver.schema.Fitting;
import dev.patchbay.apiserver.store.ObjectKey;
import dev.patchbay.apiserver.store.ObjectStore;
import dev.patchbay.apiserver.store.Stored;
import dev.patchbay.apiserver.store.Write;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * POST, PUT and PATCH.
 *
 * @param store where objects are
 * @param finishing what every write ends with
 */
record Writing(ObjectStore store, Finishing finishing) {
  Answer create(Exchange exchange, Route.Objects at) throws IOException {
    Kind kind = at.kind();
    Strictness strictness = options(exchange, "CreateOptions");
    boolean dry = Bodies.dryRun(exchange.query(), "CreateOptions");
    Decoded decoded = Bodies.object(exchange.mediaType(), exchange.body());
    ObjectNode object = (ObjectNode) decoded.tree();
    requireKind(object, kind);
    List<String> warnings = fit(object, decoded, kind, strictness);
    requireNamespace(object, at);
    ObjectNode metadata = Metadata.of(object);
    if (!Metadata.text(object, "resourceVersion").isEmpty()) {
      throw ApiFault.unforeseen("resourceVersion should not be set on objects to be created");
    }
    metadata.remove("resourceVersion");
    boolean generates = Metadata.text(object, "name").isEmpty();
    String prefix = Metadata.text(object, "generateName");
    if (generates && !prefix.isEmpty()) {
      metadata.put("name", Metadata.generated(prefix));
    }
    ObjectNode ready = finishing.created(kind, object);
    return new Answer(201, insert(kind, at, ready, dry), warnings);
  }

  private ObjectNode insert(Kind kind, Route.Objects at, ObjectNode object, boolean dry) {
    ObjectKey key = key(at, Metadata.text(object, "name"));
    if (dry) {
      requireLivingNamespace(at);
      if (store.get(key).isPresent()) {
        throw ApiFault.alreadyExists(kind.group(), kind.plural(), key.name());
      }
      return object;
    }
    return store
        .change(
            key,
            before -> {
              // Within the write, so that no namespace goes between the look and the deed.
              requireLivingNamespace(at);
              if (before.isPresent()) {
                throw ApiFault.alreadyExists(kind.group(), kind.plural(), key.name());
              }
              return new Write.Put(object);
            })
        .orElseThrow()
        .object();
  }

  Answer replace(Exchange exchange, Route.Objects at) throws IOException {
    Kind kind = at.kind();
    Strictness strictness = options(exchange, "UpdateOptions");
    boolean dry = Bodies.dryRun(exchange.query(), "UpdateOptions");
    Decoded decoded = Bodies.object(exchange.mediaType(), exchange.body());
    ObjectNode object = (ObjectNode) decoded.tree();
    requireKind(object, kind);
    List<String> warnings = fit(object, decoded, kind, strictness);
    requireNamespace(object, at);
    requireName(object, at);
    if (kind.origin() == Kind.Origin.CUSTOM && Metadata.text(object, "resourceVersion").isEmpty()) {
      throw ApiFault.invalid(
          kind.group(),
          kind.plural(),
          at.name().orElseThrow(),
          List.of(
              Cause.invalid("metadata.resourceVersion", "0", "must be specified for an update")));
    }
    return new Answer(200, write(at, dry, before -> object), warnings);
  }

  Answer patch(Exchange exchange, Route.Objects at) throws IOException {
    Kind kind = at.kind();
    Strictness strictness = options(exchange, "PatchOptions");
    boolean dry = Bodies.dryRun(exchange.query(), "PatchOptions");
    var patch =
        PatchBody.of(
            exchange.header(org.eclipse.jetty.http.HttpHeader.CONTENT_TYPE), kind, exchange.body());
    List<String> warnings = new ArrayList<>();
    ObjectNode result =
        write(
            at,
            dry,
            before -> {
              PatchBody.Patched patched = patch.apply(before, strictness == Strictness.STRICT);
              warnings.clear();
              if (strictness != Strictness.IGNORE) {
                warnings.addAll(patched.complaints());
              }
              requireName(patched.object(), at);
              return patched.object();
            });
    return new Answer(200, result, warnings);
  }

  /** Makes the next state of an object from the stored one. */
  private interface Step {
    ObjectNode after(ObjectNode before);
  }

  private ObjectNode write(Route.Objects at, boolean dry, Step step) {
    Kind kind = at.kind();
    ObjectKey key = key(at, at.name().orElseThrow());
    if (dry) {
      Stored before = store.get(key).orElseThrow(() -> notFound(at));
      return switch (next(kind, before, step, at)) {
        case Write.Put(var object) -> object;
        case Write.Keep _, Write.Delete _ -> before.object();
      };
    }
    var kept = new ObjectNode[1];
    Optional<Stored> after =
        store.change(
            key,
            before -> {
              Stored there = before.orElseThrow(() -> notFound(at));
              Write write = next(kind, there, step, at);
              // The answer to the write that removes the last finalizer is the object as it was.
              kept[0] = there.object();
              return write;
            });
    return store.get(key).isPresent() ? after.orElseThrow().object() : kept[0];
  }

  private Write next(Kind kind, Stored before, Step step, Route.Objects at) {
    ObjectNode after = step.after(before.object());
    String wanted = Metadata.text(after, "resourceVersion");
    if (!wanted.isEmpty() && !wanted.equals(Long.toString(before.version()))) {
      throw ApiFault.modified(kind.group(), kind.plural(), before.key().name());
    }
    String uid = Metadata.text(after, "uid");
    String is = Metadata.text(before.object(), "uid");
    if (!uid.isEmpty() && !uid.equals(is)) {
      throw ApiFault.conflict(
          kind.group(),
          kind.plural(),
          before.key().name(),
          "StorageError: invalid object, Code: 4, Key: /registry/"
              + kind.plural()
              + "/"
              + before.key().namespace()
              + "/"
              + before.key().name()
              + ", ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: "
              + uid
              + ", UID in object meta: "
              + is);
    }
    return finishing.changed(kind, before.object(), after, at.subresource().equals("status"));
  }

  private static Strictness options(Exchange exchange, String options) {
    exchange
        .query()
        .text("fieldManager")
        .filter(name -> name.length() > 128)
        .ifPresent(_ -> {
          throw ApiFault.invalid(
              "meta.k8s.io",
              options,
              "",
              List.of(
                  new Cause(
                      "FieldValueTooLong",
                      "Too long: may not be more than 128 bytes",
                      "fieldManager")));
        });
    return Bodies.strictness(exchange.query(), options);
  }

  private static void requireKind(ObjectNode object, Kind kind) {
    String version = object.path("apiVersion").asString("");
    String name = object.path("kind").asString("");
    if (name.isEmpty() || version.isEmpty()) {
      throw ApiFault.badRequest(
          "Object '"
              + (name.isEmpty() ? "Kind" : "apiVersion")
              + "' is missing in the body; write apiVersion: "
              + kind.apiVersion()
              + " and kind: "
              + kind.kind());
    }
    if (!name.equals(kind.kind()) || !version.equals(kind.apiVersion())) {
      throw ApiFault.badRequest(
          name
              + " in version \""
              + version
              + "\" cannot be handled as a "
              + kind.kind()
              + ": converting ("
              + version
              + "."
              + name
              + ") to (core."
              + kind.kind()
              + "): unknown conversion");
    }
  }

  private static List<String> fit(
      ObjectNode object, Decoded decoded, Kind kind, Strictness strictness) {
    Fitting.Found found = Fitting.fit(object, kind.schema());
    boolean core = kind.origin() == Kind.Origin.CORE;
    String prefix =
        core
            ? kind.kind()
                + " in version \""
                + kind.version()
                + "\" cannot be handled as a "
                + kind.kind()
                + ": "
            : "";
    if (core && !found.mistyped().isEmpty()) {
      throw ApiFault.badRequest(prefix + found.mistyped().getFirst());
    }
    List<String> complaints =
        core
            ? Bodies.complaints(found.unknown(), "unknown", decoded.duplicates(), "duplicate")
            : Bodies.complaints(decoded.duplicates(), "duplicate", found.unknown(), "unknown");
    if (strictness == Strictness.STRICT && !complaints.isEmpty()) {
      throw ApiFault.badRequest(prefix + "strict decoding error: " + String.join(", ", complaints));
    }
    return strictness == Strictness.IGNORE ? List.of() : complaints;
  }

  private static void requireNamespace(ObjectNode object, Route.Objects at) {
    String said = Metadata.text(object, "namespace");
    if (!said.isEmpty() && !said.equals(at.space())) {
      throw ApiFault.badRequest(
          "the namespace of the provided object does not match the namespace sent on the request");
    }
    if (at.kind().isNamespaced()) {
      Metadata.of(object).put("namespace", at.space());
    }
  }

  private static void requireName(ObjectNode object, Route.Objects at) {
    String said = Metadata.text(object, "name");
    String wanted = at.name().orElseThrow();
    if (said.isEmpty()) {
      throw ApiFault.badRequest(
          "the name of the object ("
              + wanted
              + " based on URL) was undeterminable: name must be provided");
    }
    if (!said.equals(wanted)) {
      throw ApiFault.badRequest(
          "the name of the object ("
              + said
              + ") does not match the name on the URL ("
              + wanted
              + ")");
    }
  }

  private void requireLivingNamespace(Route.Objects at) {
    if (!at.kind().isNamespaced()) {
      return;
    }
    Stored namespace =
        store
            .get(new ObjectKey("", "namespaces", "", at.space()))
            .orElseThrow(() -> ApiFault.notFound("", "namespaces", at.space(), ""));
    if (Metadata.isBeingDeleted(namespace.object())) {
      throw ApiFault.forbidden(
          ApiFault.Details.of(at.kind().group(), at.kind().plural(), ""),
          "unable to create new content in namespace "
              + at.space()
              + " because it is being terminated");
    }
  }

  private ApiFault notFound(Route.Objects at) {
    return Reading.notFound(store, at);
  }

  private static ObjectKey key(Route.Objects at, String name) {
    return new ObjectKey(at.kind().group(), at.kind().plural(), at.space(), name);
  }
}
