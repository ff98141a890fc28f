// Isolate, disable, close and reset a circuit.

import { el, setHidden, setText } from "./dom.js";
import { nameOf, stateOf } from "./states.js";

const actions = {
  isolate: {
    label: "Isolate",
    isGrave: true,
    effect: "Opens the circuit and keeps it open until it is closed by hand. Calls are refused or answered by their fallback, events are held.",
    after: "ISOLATED",
    done: "isolated",
  },
  disable: {
    label: "Disable",
    effect: "All calls go through and are counted, whatever comes of them: poison drains into the error queue. The circuit closes by itself after the time, or when it is closed, reset or isolated before.",
    after: "DISABLED",
    done: "disabled",
    takesTime: true,
  },
  close: {
    label: "Close",
    effect: "Closes the circuit at once, whatever opened it: all calls go through again. Failures are counted anew.",
    after: "CLOSED",
    done: "closed",
  },
  reset: {
    label: "Reset",
    effect: "Closes the circuit, ends what was set by hand and forgets the failures that fallbacks count.",
    after: "CLOSED",
    done: "reset",
  },
};

const times = { "00:05:00": "5 minutes", "00:15:00": "15 minutes", "01:00:00": "1 hour", "08:00:00": "8 hours", "1.00:00:00": "1 day" };
const usualTime = "00:15:00";

export class BreakerActions {
  #api;
  #confirm;
  #done;
  #service = null;
  #buttons = Object.entries(actions).map(([name, action]) =>
    el("button", { type: "button", class: action.isGrave ? "grave" : null, onclick: () => this.#ask(name, action) }, action.label));
  #which = el("select");
  #whichLabel = el("label", { class: "check" }, "Circuit", this.#which);
  #allSides = el("input", { type: "checkbox", onchange: () => this.#chooseSides() });
  #allSidesLabel = el("label", { class: "check" }, this.#allSides, "all sides of this service");
  #outcome = el("p", { role: "status", class: "outcome", hidden: true });

  element = el("div", { class: "actions" }, this.#whichLabel, this.#buttons, this.#allSidesLabel, this.#outcome);

  /** @param done called with a sentence after something was changed */
  constructor(api, confirm, done) {
    this.#api = api;
    this.#confirm = confirm;
    this.#done = done;
  }

  /** @param operation the circuit to begin with; null for all of the row */
  open(service, operation) {
    this.#service = service;
    this.#allSides.checked = this.#which.disabled = false;
    this.#which.replaceChildren();
    this.#showChoice(service.circuits);
    this.#which.value = operation ?? "";
    setHidden(this.#allSidesLabel, service.operation !== null && service.operation !== undefined);
    setHidden(this.#outcome, true);
  }

  show(service, canControl, explanation) {
    this.#service = service;
    this.#showChoice(service.circuits);
    for (const control of [...this.#buttons, this.#allSides]) {
      control.disabled = !canControl;
      if (canControl)
        control.removeAttribute("aria-describedby");
      else
        control.setAttribute("aria-describedby", explanation);
    }
  }

  // What is chosen stays chosen when another circuit comes into being.
  #showChoice(circuits) {
    const own = circuits.filter(circuit => circuit.operation !== null && circuit.operation !== this.#service.operation);
    setHidden(this.#whichLabel, own.length === 0);
    for (const [value, text] of [["", "all operations"], ...own.map(circuit => [circuit.operation, circuit.operation])]) {
      if (![...this.#which.options].some(option => option.value === value))
        this.#which.append(el("option", { value }, text));
    }
  }

  #chooseSides() {
    this.#which.disabled = this.#allSides.checked;
    if (this.#allSides.checked)
      this.#which.value = "";
  }

  async #ask(name, { label, effect, isGrave, after, done, takesTime }) {
    const service = this.#service;
    const onAllSides = this.#allSides.checked;
    const operation = this.#which.value || service.operation;
    const circuit = service.circuits.find(found => found.operation === operation) ?? service;
    const target = onAllSides ? `${service.service}, all sides` : nameOf({ ...service, operation });
    const time = takesTime
      ? el("select", { id: "breaker-time" }, Object.entries(times).map(([value, text]) => el("option", { value, selected: value === usualTime }, text)))
      : null;
    const rows = await this.#confirm.ask({
      title: `${label} ${target}?`,
      content: [
        el("p", {}, effect),
        onAllSides ? null : el("p", { class: "before-after" },
          el("span", { "data-state": circuit.state }, stateOf(circuit.state).word), " → ",
          el("strong", { "data-state": after }, stateOf(after).word)),
        time && el("div", { class: "field" }, el("label", { for: time.id }, "For"), time),
        el("p", { class: "muted" }, "It reaches this process alone and lasts until a restart."),
      ],
      doIt: label,
      isGrave,
      act: reason => this.#api.control(service.service, name, {
        side: onAllSides ? null : service.side,
        operation,
        reason,
        duration: time?.value,
      }),
    });
    if (rows === undefined)
      return;

    const sentence = `${target}: ${done}.`;
    setText(this.#outcome, sentence);
    setHidden(this.#outcome, false);
    this.#done();
  }
}
