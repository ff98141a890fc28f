// The first thing to read: is anything wrong, and what.

import { Badge } from "./badge.js";
import { el, icon, setAttribute, setHidden, setText } from "./dom.js";
import { rate, share } from "./format.js";
import { circuitsOf, keyOf, nameOf, stateOf } from "./states.js";

const order = ["OPEN", "ISOLATED", "HALF_OPEN", "DISABLED"];

export class Summary {
  #headline = document.getElementById("headline");
  #troubles = document.getElementById("troubles");
  #chips = new Map();
  #numbers = { "Calls/s": el("dd"), Success: el("dd"), Running: el("dd"), Waiting: el("dd") };
  #open;

  constructor(open) {
    this.#open = open;
    document.getElementById("totals").append(
      ...Object.entries(this.#numbers).map(([name, value]) => el("div", {}, el("dt", {}, name), value)));
  }

  show(overview, now) {
    const { services } = overview;
    const circuits = circuitsOf(services);
    const troubled = circuits
      .filter(circuit => circuit.state !== "CLOSED")
      .toSorted((a, b) => stateOf(b.state).severity - stateOf(a.state).severity);
    this.#showHeadline(circuits, troubled, hasProblems(overview));
    this.#showChips(troubled, now);
    this.#showTotals(services);
    document.title = troubled.length ? `${troubled.length} not closed – Resilience` : "Resilience";
  }

  tick(passed, now) {
    for (const { badge, circuit } of this.#chips.values())
      badge.show(circuit, passed, now);
  }

  #showHeadline(circuits, troubled, hasOtherProblems) {
    const isQuiet = troubled.length === 0 && (circuits.length === 0 || hasOtherProblems);
    const worst = isQuiet ? null : troubled[0]?.state ?? "CLOSED";
    const text = headlineOf(circuits, troubled, hasOtherProblems);
    if (this.#headline.textContent !== text)
      this.#headline.replaceChildren(icon(isQuiet ? "note" : stateOf(worst).icon), text);
    setAttribute(this.#headline, "data-state", worst);
  }

  #showChips(troubled, now) {
    const keys = new Set(troubled.map(keyOf));
    for (const [key, { element }] of this.#chips) {
      if (!keys.has(key)) {
        element.remove();
        this.#chips.delete(key);
      }
    }

    for (const circuit of troubled) {
      const key = keyOf(circuit);
      const chip = this.#chips.get(key) ?? this.#addChip(key, circuit);
      chip.circuit = circuit;
      chip.badge.show(circuit, 0, now);
    }
    setHidden(this.#troubles, troubled.length === 0);
  }

  #addChip(key, circuit) {
    const badge = new Badge();
    const row = keyOf(circuit.row);
    const button = el("button", { type: "button", class: "chip", "aria-haspopup": "dialog", onclick: () => this.#open(row, circuit.operation) },
      el("span", { class: "chip-name" }, nameOf(circuit)), badge.element);
    const chip = { badge, circuit, element: el("li", {}, button) };
    this.#chips.set(key, chip);
    this.#troubles.append(chip.element);
    return chip;
  }

  #showTotals(services) {
    const sum = of => services.reduce((all, service) => all + of(service), 0);
    const successful = sum(service => service.lastMinute.successful);
    setText(this.#numbers["Calls/s"], rate(sum(service => service.callsPerSecond)));
    setText(this.#numbers.Success, share(successful, successful + sum(service => service.lastMinute.failed)));
    setText(this.#numbers.Running, String(sum(service => service.activeCalls)));
    setText(this.#numbers.Waiting, String(sum(service => service.queueLength)));
  }
}

// What stands above the headline is wrong although no circuit says so.
function hasProblems({ problems, pausedEndpoints, lostBrokers }) {
  return [problems, pausedEndpoints, lostBrokers].some(list => list.length > 0);
}

function headlineOf(circuits, troubled, hasOtherProblems) {
  const beside = hasOtherProblems ? ", but see above" : "";
  if (circuits.length === 0)
    return `No service has run anything yet${beside}`;
  if (troubled.length === 0)
    return (circuits.length === 1 ? "The circuit is closed" : `All ${circuits.length} circuits are closed`) + beside;

  const parts = order
    .map(state => [troubled.filter(circuit => circuit.state === state).length, stateOf(state).word.toLowerCase()])
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${number} ${word}`);
  return `${parts.join(", ")} of ${circuits.length} ${circuits.length === 1 ? "circuit" : "circuits"}`;
}
