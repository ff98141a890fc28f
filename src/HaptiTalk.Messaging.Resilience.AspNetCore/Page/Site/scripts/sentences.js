// Events as sentences.

import { clock, timeSpan, words } from "./format.js";
import { causeOf } from "./states.js";

const tellers = {
  circuitBreakerOpened: event => ({ icon: "open", state: "OPEN", title: "Circuit opened", text: openedText(event) }),
  circuitBreakerHalfOpened: () => ({ icon: "half-open", state: "HALF_OPEN", title: "Half-open", text: "lets probes through" }),
  circuitBreakerClosed: () => ({ icon: "closed", state: "CLOSED", title: "Circuit closed", text: "" }),
  circuitBreakerIsolated: () => ({ icon: "isolated", state: "ISOLATED", title: "Isolated", text: "stays open until it is closed by hand" }),
  circuitBreakerDisabled: event => ({ icon: "disabled", state: "DISABLED", title: "Disabled", text: `does not open until ${clock(new Date(event.until))}` }),
  bulkheadResized: event => note("Bulkhead resized", `${event.maxConcurrentCalls} at once, ${event.queueCapacity} waiting`),
  endpointPaused: event => ({ icon: "half-open", state: "HALF_OPEN", title: "Endpoint paused", text: `${event.endpoint}, after holding messages for ${timeSpan(event.holdLimit)}` }),
  endpointStoodAside: event => ({ icon: "half-open", state: "HALF_OPEN", title: "Endpoint stands aside", text: `${event.endpoint}, because its circuit is open and others consume its queue: ${event.others}` }),
  endpointResumed: event => ({ icon: "closed", state: "CLOSED", title: "Endpoint resumed", text: `${event.endpoint}, after ${timeSpan(event.pausedFor)}` }),
  brokerLost: event => ({ icon: "open", state: "OPEN", title: "Broker lost", text: `${event.broker}: ${event.reason}` }),
  brokerBack: event => ({ icon: "closed", state: "CLOSED", title: "Broker back", text: `${event.broker}, after ${timeSpan(event.awayFor)}` }),
  profilesReloaded: event => note("Settings in force", `revision ${event.revision}`),
  profileReloadFailed: event => ({ icon: "open", state: "OPEN", title: "Configuration not applied", text: problemsText(event.problems ?? []) }),
  controlChanged: event => note(`${event.who}: ${event.action}`, changeText(event)),
};

/** @returns icon and state for the look, title and text to read */
export function tell(event) {
  return tellers[event.type]?.(event) ?? note(words(event.type), "");
}

function note(title, text) {
  return { icon: "note", state: null, title, text };
}

function openedText({ reason, failures, resetTimeout, cause }) {
  const why = {
    "consecutive failures": failures === 1 ? "after a failure" : `${failures} failures in a row`,
    "failure ratio": "too many calls failed",
    "slow call ratio": "too many calls were slow",
    "failed probe": "a probe failed",
  }[words(reason)] ?? words(reason);
  return [why, resetTimeout ? `probe after ${timeSpan(resetTimeout)}` : "", causeOf({ cause })].filter(Boolean).join("; ");
}

function problemsText(problems) {
  const [first] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
  return first ? `${first.path} ${first.message}${more}` : "";
}

function changeText({ target, before, after, reason }) {
  const values = before || after ? `${before || "–"} → ${after || "–"}` : "";
  return [target, values, reason].filter(Boolean).join("; ");
}
