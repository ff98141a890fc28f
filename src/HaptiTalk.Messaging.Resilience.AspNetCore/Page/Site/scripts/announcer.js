// Says what changes to those who do not see it.

import { describe } from "./badge.js";
import { keyOf, nameOf, situationOf, stateOf } from "./states.js";

export class Announcer {
  #element = document.getElementById("announcer");
  #states = null;

  say(text) {
    // Behind an open dialog the rest of the page is silent. What has just been moved is heard only when it changes later.
    const place = [...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body;
    if (this.#element.parentElement !== place) {
      this.#element.textContent = "";
      place.append(this.#element);
    }
    setTimeout(() => (this.#element.textContent = text));
  }

  /** Names the circuits whose state is another than in the last snapshot. */
  show(services, now) {
    const before = this.#states;
    this.#states = new Map(services.map(service => [keyOf(service), service.state]));
    if (before === null)
      return;

    const changed = services.filter(service => (before.get(keyOf(service)) ?? "CLOSED") !== service.state);
    if (changed.length > 0)
      this.say(changed.map(service => sentenceOf(service, now)).join(" "));
  }
}

function sentenceOf(service, now) {
  const situation = service.state === "OPEN" ? `, ${describe(situationOf(service, 0, now))}` : "";
  return `${nameOf(service)}: circuit ${stateOf(service.state).word.toLowerCase()}${situation}.`;
}
