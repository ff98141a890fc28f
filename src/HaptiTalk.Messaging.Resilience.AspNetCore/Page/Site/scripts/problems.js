// What stands on top because it needs somebody: a lost broker, a configuration that was not applied, endpoints that take no messages.

import { el, path, setHidden, setText } from "./dom.js";
import { clock } from "./format.js";

export class Problems {
  #brokers = new Banner("brokers");
  #configuration = new Banner("problems");
  #inForce = document.getElementById("problems-text");
  #endpoints = new Banner("paused");

  show({ problems, revision, pausedEndpoints, lostBrokers }, now) {
    this.#brokers.show(lostBrokers, lost => brokerItem(lost, now));
    setText(this.#inForce, `The last good one, revision ${revision}, stays in force until the next valid change.`);
    this.#configuration.show(problems, problemItem);
    this.#endpoints.show(pausedEndpoints, endpoint => endpointItem(endpoint, now));
  }
}

class Banner {
  #section;
  #list;
  #shown = "";

  constructor(id) {
    this.#section = document.getElementById(id);
    this.#list = document.getElementById(`${id}-list`);
  }

  show(items, toItem) {
    setHidden(this.#section, items.length === 0);
    const now = JSON.stringify(items);
    if (now === this.#shown)
      return;
    this.#shown = now;
    this.#list.replaceChildren(...items.map(toItem));
  }
}

function problemItem({ path: where, value, message }) {
  const written = value === null || value === undefined ? null : el("span", {}, " = ", el("code", {}, `'${value}'`));
  return el("li", {}, el("code", {}, path(where)), written, " ", message);
}

function endpointItem({ endpoint, service, since, reason }, now) {
  return el("li", {}, el("code", {}, path(endpoint)), ` of ${service}, since ${clock(new Date(since), new Date(now))}: ${reason}`);
}

function brokerItem({ broker, since, reason }, now) {
  return el("li", {}, el("code", {}, path(broker)), `, since ${clock(new Date(since), new Date(now))}: ${reason}`);
}
