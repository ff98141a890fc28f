// The first thing to read: is anything wrong, and what.

import { Badge } from "./badge.js";
import { el, icon, setAttribute, setHidden, setText } from "./dom.js";
import { rate, share } from "./format.js";
import { keyOf, nameOf, stateOf } from "./states.js";

const order = ["OPEN", "ISOLATED", "HALF_OPEN"];

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
    const troubled = services
      .filter(service => service.state !== "CLOSED")
      .toSorted((a, b) => stateOf(b.state).severity - stateOf(a.state).severity);
    this.#showHeadline(services, troubled, hasProblems(overview));
    this.#showChips(troubled, now);
    this.#showTotals(services);
    document.title = troubled.length ? `${troubled.length} not closed – Resilience` : "Resilience";
  }

  tick(passed, now) {
    for (const { badge, service } of this.#chips.values())
      badge.show(service, passed, now);
  }

  #showHeadline(services, troubled, hasOtherProblems) {
    const isQuiet = troubled.length === 0 && (services.length === 0 || hasOtherProblems);
    const worst = isQuiet ? null : troubled[0]?.state ?? "CLOSED";
    const text = headlineOf(services, troubled, hasOtherProblems);
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

    for (const service of troubled) {
      const key = keyOf(service);
      const chip = this.#chips.get(key) ?? this.#addChip(key, service);
      chip.service = service;
      chip.badge.show(service, 0, now);
    }
    setHidden(this.#troubles, troubled.length === 0);
  }

  #addChip(key, service) {
    const badge = new Badge();
    const button = el("button", { type: "button", class: "chip", "aria-haspopup": "dialog", onclick: () => this.#open(key) },
      el("span", { class: "chip-name" }, nameOf(service)), badge.element);
    const chip = { badge, service, element: el("li", {}, button) };
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

function headlineOf(services, troubled, hasOtherProblems) {
  const beside = hasOtherProblems ? ", but see above" : "";
  if (services.length === 0)
    return `No service has run anything yet${beside}`;
  if (troubled.length === 0)
    return (services.length === 1 ? "The circuit is closed" : `All ${services.length} circuits are closed`) + beside;

  const parts = order
    .map(state => [troubled.filter(service => service.state === state).length, stateOf(state).word.toLowerCase()])
    .filter(([number]) => number > 0)
    .map(([number, word]) => `${number} ${word}`);
  return `${parts.join(", ")} of ${services.length} ${services.length === 1 ? "circuit" : "circuits"}`;
}
