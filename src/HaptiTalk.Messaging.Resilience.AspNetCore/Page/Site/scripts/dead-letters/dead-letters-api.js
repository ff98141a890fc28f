// Dead letters over HTTP; see docs/dead-letters.md.

// A look reads a whole queue, and a queue may be long.
const patience = 120_000;

/** A name in an address: encoded twice, and never taken for a step up or for an endpoint. */
export function segment(name) {
  if (/^(\.{1,2}|replays)$/.test(name))
    return `%25${name.charCodeAt(0).toString(16).toUpperCase()}${name.slice(1)}`;
  return encodeURIComponent(encodeURIComponent(name));
}

export class DeadLettersApi {
  #api;

  constructor(api) {
    this.#api = api;
  }

  queues() {
    return this.#api.call("GET", "dead-letters", {}, undefined, patience);
  }

  summary(queue) {
    return this.#api.call("GET", `dead-letters/${segment(queue)}/summary`, { by: "exceptionType,messageType,inputQueue" }, undefined, patience);
  }

  messages(queue, select, skip, take) {
    return this.#api.call("GET", `dead-letters/${segment(queue)}/messages`, { ...select, skip, take }, undefined, patience);
  }

  message(queue, id) {
    return this.#api.call("GET", `dead-letters/${segment(queue)}/messages/${segment(id)}`, {}, undefined, patience);
  }

  exportAddress(queue, select) {
    return this.#api.address(`dead-letters/${segment(queue)}/export`, select);
  }

  /** @param order which messages and how; with `dryRun` only said what would happen */
  replay(queue, order) {
    return this.#api.call("POST", `dead-letters/${segment(queue)}/replays`, {}, order, patience);
  }

  replays() {
    return this.#api.call("GET", "dead-letters/replays");
  }

  replayOf(id) {
    return this.#api.call("GET", `dead-letters/replays/${id}`);
  }

  stop(id) {
    return this.#api.call("DELETE", `dead-letters/replays/${id}`);
  }
}
