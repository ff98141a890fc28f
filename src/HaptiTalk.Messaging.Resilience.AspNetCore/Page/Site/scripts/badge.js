// A circuit's state: shape, word and colour, and below it what it is up to.

import { el, icon, setAttribute, setHidden, setIcon, setText } from "./dom.js";
import { duration } from "./format.js";
import { situationOf, stateOf } from "./states.js";

export class Badge {
  #shape = icon("note");
  #word = el("span");
  #badge = el("span", { class: "badge" }, this.#shape, this.#word);
  #situation = el("span", { class: "situation" });

  element = el("span", { class: "breaker" }, this.#badge, this.#situation);

  /** @param passed seconds since the snapshot */
  show(service, passed, now) {
    const state = stateOf(service.state);
    setAttribute(this.#badge, "data-state", service.state);
    setIcon(this.#shape, state.icon);
    setText(this.#word, state.word);
    const text = describe(situationOf(service, passed, now));
    setText(this.#situation, text);
    setHidden(this.#situation, text === "");
  }
}

export function describe({ kind, seconds, failures }) {
  switch (kind) {
    case "countdown": return `probe in ${duration(seconds)}`;
    case "due": return "probe with the next call";
    case "failing": return failures === 1 ? "1 failure" : `${failures} failures in a row`;
    case "lasting": return `for ${duration(seconds)}`;
    case "ending": return `closes in ${duration(seconds)}`;
    default: return "";
  }
}
