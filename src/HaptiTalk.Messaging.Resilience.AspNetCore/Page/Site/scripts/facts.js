// The numbers of one row in words.

import { el, setText } from "./dom.js";
import { clock, count, latency, rate, words } from "./format.js";

const facts = {
  "Not closed since": (service, now) => (service.since ? clock(new Date(service.since), new Date(now)) : "–"),
  "Opened by": service => (service.openReason ? words(service.openReason) : "–"),
  "Failures in a row": service => count(service.failureCount),
  "Calls per second": service => rate(service.callsPerSecond),
  "p99": service => latency(service.p99Seconds),
  "Running": service => `${service.activeCalls} of at most ${service.maxConcurrentCalls}`,
  "Waiting": service => `${service.queueLength} of at most ${service.queueCapacity}`,
  "Messages held": service => count(service.heldMessages),
  "Successful": service => count(service.executions.successful),
  "Failed": service => count(service.executions.failed),
  "of them fallback": service => count(service.executions.fallback),
  "of them rejected": service => count(service.executions.rejected),
};

export class Facts {
  #values = Object.keys(facts).map(name => ({ name, value: el("dd") }));

  element = el("dl", { class: "facts" }, this.#values.map(({ name, value }) => el("div", {}, el("dt", {}, name), value)));

  show(service, now) {
    for (const { name, value } of this.#values)
      setText(value, facts[name](service, now));
  }
}
