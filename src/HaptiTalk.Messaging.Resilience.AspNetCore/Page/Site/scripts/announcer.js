// Says what changes to those who do not see it.

import { describe } from "./badge.js";
import { circuitsOf, keyOf, nameOf, situationOf, stateOf } from "./states.js";

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
    const circuits = circuitsOf(services);
    this.#states = new Map(circuits.map(circuit => [keyOf(circuit), circuit.state]));
    if (before === null)
      return;

    const changed = circuits.filter(circuit => (before.get(keyOf(circuit)) ?? "CLOSED") !== circuit.state);
    if (changed.length > 0)
      this.say(changed.map(circuit => sentenceOf(circuit, now)).join(" "));
  }
}

function sentenceOf(service, now) {
  const situation = service.state === "OPEN" ? `, ${describe(situationOf(service, 0, now))}` : "";
  return `${nameOf(service)}: circuit ${stateOf(service.state).word.toLowerCase()}${situation}.`;
}
