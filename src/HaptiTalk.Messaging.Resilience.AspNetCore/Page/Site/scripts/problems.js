// What stands on top because it needs somebody: a configuration that was not applied, endpoints that take no messages.

import { el, path, setHidden, setText } from "./dom.js";
import { clock } from "./format.js";

export class Problems {
  #configuration = new Banner("problems");
  #endpoints = new Banner("paused");

  show({ problems, revision, pausedEndpoints }, now) {
    this.#configuration.show(problems, problemItem,
      `The last good one, revision ${revision}, stays in force until the next valid change.`);
    this.#endpoints.show(pausedEndpoints, endpoint => endpointItem(endpoint, now),
      "Their messages are back in the queue, for other instances.");
  }
}

class Banner {
  #section;
  #text;
  #list;
  #shown = "";

  constructor(id) {
    this.#section = document.getElementById(id);
    this.#text = document.getElementById(`${id}-text`);
    this.#list = document.getElementById(`${id}-list`);
  }

  show(items, toItem, text) {
    setHidden(this.#section, items.length === 0);
    setText(this.#text, text);
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
