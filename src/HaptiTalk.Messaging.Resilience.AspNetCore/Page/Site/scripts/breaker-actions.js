// Isolate, close and reset a circuit.

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
  close: {
    label: "Close",
    effect: "Closes the circuit at once, whatever opened it: all calls go through again. Failures are counted anew.",
    after: "CLOSED",
    done: "closed",
  },
  reset: {
    label: "Reset",
    effect: "Closes the circuit, ends an isolation and forgets the failures that fallbacks count.",
    after: "CLOSED",
    done: "reset",
  },
};

export class BreakerActions {
  #api;
  #confirm;
  #done;
  #service = null;
  #buttons = Object.entries(actions).map(([name, action]) =>
    el("button", { type: "button", class: action.isGrave ? "grave" : null, onclick: () => this.#ask(name, action) }, action.label));
  #allSides = el("input", { type: "checkbox" });
  #allSidesLabel = el("label", { class: "check" }, this.#allSides, "all sides of this service");
  #outcome = el("p", { role: "status", class: "outcome", hidden: true });

  element = el("div", { class: "actions" }, this.#buttons, this.#allSidesLabel, this.#outcome);

  /** @param done called with a sentence after something was changed */
  constructor(api, confirm, done) {
    this.#api = api;
    this.#confirm = confirm;
    this.#done = done;
  }

  open(service) {
    this.#service = service;
    this.#allSides.checked = false;
    setHidden(this.#allSidesLabel, service.operation !== null && service.operation !== undefined);
    setHidden(this.#outcome, true);
  }

  show(service, canSteer, explanation) {
    this.#service = service;
    for (const control of [...this.#buttons, this.#allSides]) {
      control.disabled = !canSteer;
      if (canSteer)
        control.removeAttribute("aria-describedby");
      else
        control.setAttribute("aria-describedby", explanation);
    }
  }

  async #ask(name, { label, effect, isGrave, after, done }) {
    const service = this.#service;
    const onAllSides = this.#allSides.checked;
    const target = onAllSides ? `${service.service}, all sides` : nameOf(service);
    const rows = await this.#confirm.ask({
      title: `${label} ${target}?`,
      content: [
        el("p", {}, effect),
        onAllSides ? null : el("p", { class: "before-after" },
          el("span", { "data-state": service.state }, stateOf(service.state).word), " → ",
          el("strong", { "data-state": after }, stateOf(after).word)),
        el("p", { class: "muted" }, "It reaches this process alone and lasts until a restart."),
      ],
      doIt: label,
      isGrave,
      act: reason => this.#api.steer(service.service, name, {
        side: onAllSides ? null : service.side,
        operation: service.operation,
        reason,
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
