// The service's events, one connection that comes back by itself.

const types = [
  "circuitBreakerOpened", "circuitBreakerHalfOpened", "circuitBreakerClosed", "circuitBreakerIsolated",
  "circuitBreakerDisabled", "bulkheadResized", "endpointPaused", "endpointStoodAside", "endpointResumed", "brokerLost", "brokerBack",
  "profilesReloaded", "profileReloadFailed", "controlChanged",
];
const shortestPause = 1000;
const longestPause = 10_000;

export class EventStream {
  #address;
  #handlers;
  // Before all: a page that has just been opened wants everything that the service still knows.
  #lastId = "0";
  #pause = shortestPause;

  /** @param handlers `happened(id, event)`, `missed()` where events are gone for good, `changed(isConnected)` */
  constructor(address, handlers) {
    this.#address = address;
    this.#handlers = handlers;
  }

  start() {
    this.#connect();
  }

  #connect() {
    const address = new URL(this.#address);
    address.searchParams.set("lastEventId", this.#lastId);
    const source = new EventSource(address);
    source.addEventListener("open", () => {
      this.#pause = shortestPause;
      this.#handlers.changed(true);
    });
    source.addEventListener("error", () => this.#lost(source));
    source.addEventListener("reset", () => this.#handlers.missed());
    for (const type of types)
      source.addEventListener(type, message => this.#read(message));
  }

  #read({ lastEventId, type, data }) {
    this.#lastId = lastEventId;
    this.#handlers.happened(lastEventId, { type, ...JSON.parse(data) });
  }

  #lost(source) {
    this.#handlers.changed(false);
    // The browser tries again by itself after a lost connection, but not after an answer that is no event stream.
    if (source.readyState !== EventSource.CLOSED)
      return;
    setTimeout(() => this.#connect(), this.#pause);
    this.#pause = Math.min(longestPause, this.#pause * 2);
  }
}
