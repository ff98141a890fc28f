// What happened, newest first.

import { el, icon, setText } from "./dom.js";
import { clock } from "./format.js";
import { tell } from "./sentences.js";

const kept = 200;

export class Timeline {
  #list = document.getElementById("timeline-list");
  #state = document.getElementById("timeline-state");
  #events = new Map();

  /** The events of one service on one side, newest first; those about all of it are among them. */
  of({ service, side }) {
    return [...this.#events.values()]
      .filter(event => (event.service ? event.service === service && event.side === side : isTarget(event.target, service, side)))
      .toReversed();
  }

  add(id, event) {
    if (this.#events.has(id))
      return;
    this.#events.set(id, event);
    this.#list.prepend(entryOf(event));
    if (this.#events.size > kept)
      this.#events.delete(this.#events.keys().next().value);
    if (this.#list.childElementCount > kept)
      this.#list.lastElementChild.remove();
    setText(this.#state, "newest first");
  }

  /** Events are gone for good: too much has happened, or the service was started again. */
  markGap() {
    if (this.#events.size > 0)
      this.#list.prepend(el("li", { class: "gap" }, "Started again, or too much happened: what was here is not known."));
  }
}

// `user`, `user/client/all operations` or `user/all sides/all operations`.
function isTarget(target, service, side) {
  return target === service || [side, "all sides"].some(covered => target?.startsWith(`${service}/${covered}/`));
}

export function entryOf(event, { isAboutOne = false } = {}) {
  const { icon: shape, state, title, text } = tell(event);
  const at = new Date(event.time ?? event.occurredAt);
  const about = [event.service, event.side, event.operation].filter(Boolean);
  return el("li", { class: "event", "data-state": state },
    icon(shape),
    el("time", { datetime: at.toISOString(), title: at.toLocaleString("en-GB") }, clock(at)),
    el("p", {},
      isAboutOne || about.length === 0 ? null : el("span", { class: "about" }, about.join(" · ")),
      el("strong", {}, title),
      text ? el("span", { class: "muted" }, ` ${text}`) : null));
}
