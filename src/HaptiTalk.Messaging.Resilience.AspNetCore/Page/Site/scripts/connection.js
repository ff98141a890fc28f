// How fresh the page is: live, without events, or showing what was true some time ago.

import { setAttribute, setHidden, setText } from "./dom.js";
import { clock, duration } from "./format.js";

const staleAfter = 3000;

export class Connection {
  #element = document.getElementById("connection");
  #text = document.getElementById("connection-text");
  #banner = document.getElementById("lost");
  #announce;
  #receivedAt = null;
  #receivedOn = null;
  #timeThere = 0;
  #failure = null;
  #hasEvents = false;

  constructor(announce) {
    this.#announce = announce;
  }

  /** Seconds since the last snapshot. */
  get age() {
    return this.#receivedAt === null ? 0 : (performance.now() - this.#receivedAt) / 1000;
  }

  /** The time at the service, whose clock need not be this computer's. */
  get now() {
    return this.#timeThere + this.age * 1000;
  }

  received(overview) {
    this.#receivedAt = performance.now();
    this.#timeThere = Date.parse(overview.time);
    this.#receivedOn = new Date();
    this.#failure = null;
    this.show();
  }

  failed(failure) {
    this.#failure = failure;
    this.show();
  }

  eventsChanged(isConnected) {
    this.#hasEvents = isConnected;
    this.show();
  }

  show() {
    const state = this.#state();
    const before = this.#element.dataset.state;
    if (state !== before) {
      this.#element.dataset.state = state;
      document.body.classList.toggle("stale", state === "lost" || state === "refused");
      if (state === "lost" || state === "refused")
        this.#announce(this.#explanation(state));
      else if (before === "lost")
        this.#announce("Connected again.");
    }
    setText(this.#text, this.#label(state));
    setHidden(this.#banner, state !== "lost" && state !== "refused");
    setText(this.#banner, this.#explanation(state));
    setAttribute(this.#element, "title", state === "no-events" ? "Numbers are live; the stream of events is being connected again." : null);
  }

  #state() {
    if (this.#failure?.isAccess)
      return "refused";
    if (this.#receivedAt === null)
      return this.#failure ? "lost" : "connecting";
    if (document.hidden)
      return this.#element.dataset.state;
    if (this.age * 1000 > staleAfter)
      return "lost";
    return this.#hasEvents ? "live" : "no-events";
  }

  #label(state) {
    switch (state) {
      case "live": return "Live";
      case "no-events": return "Live, events connecting";
      case "lost": return this.#receivedAt === null ? "No answer" : `Reconnecting, data ${duration(Math.floor(this.age))} old`;
      case "refused": return "Not allowed";
      default: return "Connecting";
    }
  }

  #explanation(state) {
    if (state === "refused")
      return `${this.#failure.message} Reload the page to sign in again.`;
    if (state !== "lost")
      return "";
    return this.#receivedOn === null
      ? "The service does not answer. Trying again."
      : `The service has not answered since ${clock(this.#receivedOn)}. Everything below is from then. Trying again.`;
  }
}
