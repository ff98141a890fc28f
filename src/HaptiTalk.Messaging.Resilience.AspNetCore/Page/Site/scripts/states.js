// What a circuit's states are called, and how bad they are.

const states = {
  CLOSED: { word: "Closed", icon: "closed", severity: 0 },
  HALF_OPEN: { word: "Half-open", icon: "half-open", severity: 1 },
  ISOLATED: { word: "Isolated", icon: "isolated", severity: 2 },
  OPEN: { word: "Open", icon: "open", severity: 3 },
};

export function stateOf(name) {
  return states[name] ?? { word: String(name), icon: "note", severity: 1 };
}

/** What tells one row of the overview from the others. */
export function keyOf(service) {
  return JSON.stringify([service.service, service.side, service.operation ?? null]);
}

/** `user, client` or `user, client, getUserProfile`. */
export function nameOf(service) {
  return [service.service, service.side, service.operation].filter(Boolean).join(", ");
}

/** What the breaker is up to, beside its state; `passed` are the seconds since the snapshot. */
export function situationOf(service, passed, now) {
  if (service.state === "CLOSED")
    return service.failureCount > 0 ? { kind: "failing", failures: service.failureCount } : { kind: "quiet" };
  if (service.state === "OPEN") {
    const left = Math.ceil((service.timeUntilProbeSeconds ?? 0) - passed);
    return left > 0 ? { kind: "countdown", seconds: left } : { kind: "due" };
  }
  return service.since ? { kind: "lasting", seconds: Math.max(0, Math.floor((now - Date.parse(service.since)) / 1000)) } : { kind: "quiet" };
}
