// Asks before anything changes, and stays until it is done or called off.

import { el, setHidden, setText } from "./dom.js";

const longestReason = 500;

export class Confirm {
  #dialog = document.getElementById("confirm");
  #isBusy = false;

  constructor() {
    // What has been sent cannot be called off any more; what comes of it is to be seen.
    this.#dialog.addEventListener("cancel", escape => this.#isBusy && escape.preventDefault());
  }

  /**
   * @param question `title`, `content` (nodes), `doIt` (the button's text), `isGrave` and `act(reason)`, whose failure is
   *   shown in the dialog
   * @returns what `act` returned; undefined when it was called off
   */
  ask({ title, content, doIt, isGrave = false, act }) {
    const reason = el("input", { id: "confirm-reason", type: "text", maxlength: longestReason, autocomplete: "off" });
    const failure = el("p", { class: "failure", role: "alert", hidden: true });
    const go = el("button", { type: "submit", class: isGrave ? "grave" : "main" }, doIt);
    const cancel = el("button", { type: "button", onclick: () => this.#dialog.close() }, "Cancel");
    const form = el("form", { method: "dialog" },
      el("h2", { id: "confirm-title" }, title),
      content,
      el("label", { class: "field" }, "Reason, for the log (optional)", reason),
      failure,
      el("div", { class: "buttons" }, cancel, go));
    this.#dialog.replaceChildren(form);

    const { promise, resolve } = Promise.withResolvers();
    let result;
    this.#dialog.addEventListener("close", () => resolve(result), { once: true });
    form.addEventListener("submit", async submitted => {
      submitted.preventDefault();
      this.#isBusy = go.disabled = cancel.disabled = true;
      setHidden(failure, true);
      try {
        result = await act(reason.value.trim());
        this.#dialog.close();
      } catch (refused) {
        setText(failure, refused.message);
        setHidden(failure, false);
        go.disabled = cancel.disabled = false;
        go.focus();
      } finally {
        this.#isBusy = false;
      }
    });

    this.#dialog.showModal();
    reason.focus();
    return promise;
  }
}
