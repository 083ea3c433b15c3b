package dev.patchbay.cni.error;

import dev.patchbay.cni.version.CniVersion;
import dev.patchbay.core.plan.AttachFailure;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a plugin says when it cannot do as asked (CNI spec 1.1.0, section "Error").
 *
 * @param code a number below 100 as the specification and its library define them, from 100 the
 *     plugin's own
 * @param msg what is wrong, in one line that names field, value and remedy
 * @param details more of it, such as the kernel's own words; empty when there is none
 */
public record CniError(int code, String msg, String details) {
  /** Nothing more is known (the library's zero value). */
  public static final int UNKNOWN = 0;

  /** The configuration's CNI version is not supported. */
  public static final int INCOMPATIBLE_VERSION = 1;

  /** A field is known but its value cannot be served; the message has key and value. */
  public static final int UNSUPPORTED_FIELD = 2;

  /** The container is unknown or gone; the runtime need not send DEL. */
  public static final int UNKNOWN_CONTAINER = 3;

  /** Environment variables are missing or wrong; the message has all their names. */
  public static final int INVALID_ENVIRONMENT = 4;

  /** Reading or writing failed, of the configuration for example. */
  public static final int IO_FAILURE = 5;

  /** What was read is not the JSON that it should be. */
  public static final int DECODING_FAILURE = 6;

  /** The network configuration breaks a rule. */
  public static final int INVALID_NETWORK_CONFIG = 7;

  /** The network namespace is wrong, the plugin's own for example (in the library only). */
  public static final int INVALID_NETNS = 8;

  /** Not now; the runtime should try again. */
  public static final int TRY_AGAIN_LATER = 11;

  /** STATUS: an ADD would fail. */
  public static final int NOT_AVAILABLE = 50;

  /** STATUS: an ADD would fail, and containers that are attached may have lost connectivity. */
  public static final int NOT_AVAILABLE_LIMITED = 51;

  /** A defect in the plugin (in the library only). */
  public static final int INTERNAL = 999;

  /** Ours: no free address is left. */
  public static final int POOL_EXHAUSTED = 100;

  /** Ours: a third-party plugin hung, died or answered something that is not CNI. */
  public static final int DELEGATE_BROKE = 101;

  /** Ours: the container has an interface of that name already. */
  public static final int ALREADY_ATTACHED = 102;

  /** Ours: what was begun could not be undone; the message says what was left behind. */
  public static final int LEFT_BEHIND = 103;

  /** Ours: CHECK found less than what was made; the message says what is missing. */
  public static final int DRIFTED = 105;

  /** Ours: a requested address is held by somebody else. */
  public static final int ADDRESS_TAKEN = 104;

  /** Ours: the port of a VPC that was asked for is another NIC's. */
  public static final int PORT_HELD = 106;

  /** What a failed plan says to the runtime: its message, and the remedy as details. */
  public static CniError of(AttachFailure failure) {
    int code =
        switch (failure) {
          case AttachFailure.InvalidField _, AttachFailure.ParentMissing _ ->
              INVALID_NETWORK_CONFIG;
          case AttachFailure.DelegateMissing _ -> INVALID_NETWORK_CONFIG;
          case AttachFailure.UnsupportedField _ -> UNSUPPORTED_FIELD;
          case AttachFailure.NetnsGone _ -> INVALID_NETNS;
          case AttachFailure.LinkExists _ -> ALREADY_ATTACHED;
          case AttachFailure.PoolExhausted _ -> POOL_EXHAUSTED;
          case AttachFailure.AddressTaken _ -> ADDRESS_TAKEN;
          case AttachFailure.PortHeld _ -> PORT_HELD;
          case AttachFailure.PortElsewhere _, AttachFailure.ProviderAway _ -> TRY_AGAIN_LATER;
          case AttachFailure.Kernel kernel -> kernel.retryable() ? TRY_AGAIN_LATER : INTERNAL;
          case AttachFailure.Storage _ -> IO_FAILURE;
          case AttachFailure.DelegateRefused refused -> refused.code();
          case AttachFailure.DelegateBroke _ -> DELEGATE_BROKE;
          case AttachFailure.NoGuestPort _,
              AttachFailure.GuestRefused _,
              AttachFailure.GuestHolds _ ->
              TRY_AGAIN_LATER;
          case AttachFailure.TimedOut _, AttachFailure.Cancelled _ -> TRY_AGAIN_LATER;
        };
    return new CniError(code, failure.message(), failure.remedy());
  }

  /** An error without details. */
  public static CniError of(int code, String msg) {
    return new CniError(code, msg, "");
  }

  /** The error for the runtime, without a version: for when the configuration's is not known. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("code", code).put("msg", msg);
    if (!details.isEmpty()) {
      json.put("details", details);
    }
    return json;
  }

  /** The error for the runtime, in the version of the configuration that it sent. */
  public ObjectNode toJson(CniVersion version) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("cniVersion", version.text());
    json.setAll(toJson());
    return json;
  }

  @Override
  public String toString() {
    return msg + (details.isEmpty() ? "" : "; " + details) + " (CNI error " + code + ")";
  }
}
