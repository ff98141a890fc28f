// The circuits of one row where its operations have one each, and what opened them.

import { Badge } from "./badge.js";
import { el, setHidden, setText } from "./dom.js";
import { causeOf } from "./states.js";

export class CircuitsList {
  #entries = new Map();

  element = el("ul", { class: "circuits", "aria-label": "Circuits" });

  /** One shared by all needs no list, unless there is a cause to tell. */
  show(service, now) {
    const shown = service.circuits.filter(circuit => service.circuits.length > 1 || circuit.operation !== service.operation || circuit.cause);
    const names = new Set(shown.map(circuit => circuit.operation));
    for (const [name, { element }] of this.#entries) {
      if (!names.has(name)) {
        element.remove();
        this.#entries.delete(name);
      }
    }

    for (const circuit of shown) {
      const entry = this.#entries.get(circuit.operation) ?? this.#add(circuit.operation);
      entry.circuit = circuit;
      entry.badge.show(circuit, 0, now);
      setText(entry.cause, causeOf(circuit));
      setHidden(entry.cause, !circuit.cause);
    }
    setHidden(this.element, shown.length === 0);
  }

  tick(passed, now) {
    for (const { badge, circuit } of this.#entries.values())
      badge.show(circuit, passed, now);
  }

  clear() {
    this.#entries.clear();
    this.element.replaceChildren();
  }

  #add(name) {
    const entry = { badge: new Badge(), cause: el("p", { class: "cause" }) };
    entry.element = el("li", {}, el("span", { class: "circuit-name" }, name ?? "all operations"), entry.badge.element, entry.cause);
    this.#entries.set(name, entry);
    this.element.append(entry.element);
    return entry;
  }
}
