// What a circuit's states are called, and how bad they are.

const states = {
  CLOSED: { word: "Closed", icon: "closed", severity: 0 },
  DISABLED: { word: "Disabled", icon: "disabled", severity: 1 },
  HALF_OPEN: { word: "Half-open", icon: "half-open", severity: 2 },
  ISOLATED: { word: "Isolated", icon: "isolated", severity: 3 },
  OPEN: { word: "Open", icon: "open", severity: 4 },
};

export function stateOf(name) {
  return states[name] ?? { word: String(name), icon: "note", severity: 1 };
}

/** What tells one row of the overview from the others. */
export function keyOf(service) {
  return JSON.stringify([service.service, service.side, service.operation ?? null]);
}

/** Every circuit of the rows, each as a row of its own that knows the `row` it belongs to. */
export function circuitsOf(services) {
  return services.flatMap(row => row.circuits.map(circuit =>
    ({ ...circuit, service: row.service, side: row.side, operation: circuit.operation ?? row.operation, row })));
}

/** `user, client` or `user, client, getUserProfile`. */
export function nameOf(service) {
  return [service.service, service.side, service.operation].filter(Boolean).join(", ");
}

/** What opened a circuit, in words. */
export function causeOf({ cause }) {
  if (!cause)
    return "";
  const where = cause.frame ? ` at ${cause.frame}` : "";
  const which = cause.messageId ? `; message ${cause.messageId}, ${cause.distinctMessages} different ${cause.distinctMessages === 1 ? "one" : "ones"} failed` : "";
  return `Opened by ${cause.exceptionType}${where}: ${cause.message}${which}`;
}

// A row shows the worst of its circuits, of which it may have several.
function enabledAgain({ disabledUntil, circuits = [] }) {
  return disabledUntil ?? circuits.find(circuit => circuit.disabledUntil)?.disabledUntil;
}

/** What the circuit does, beside its state; `passed` are the seconds since the snapshot. */
export function situationOf(service, passed, now) {
  if (service.state === "CLOSED")
    return service.failureCount > 0 ? { kind: "failing", failures: service.failureCount } : { kind: "quiet" };
  if (service.state === "OPEN") {
    const left = Math.ceil((service.timeUntilProbeSeconds ?? 0) - passed);
    return left > 0 ? { kind: "countdown", seconds: left } : { kind: "due" };
  }
  if (service.state === "DISABLED")
    return { kind: "ending", seconds: Math.max(0, Math.ceil((Date.parse(enabledAgain(service)) - now) / 1000)) };
  return service.since ? { kind: "lasting", seconds: Math.max(0, Math.floor((now - Date.parse(service.since)) / 1000)) } : { kind: "quiet" };
}
