// The settings of a service: what is in force, and changing it by hand.

import { diffOf, diffTable } from "./diff.js";
import { el, setAttribute, setHidden, setText } from "./dom.js";
import { SettingsTable } from "./settings-table.js";

export class Settings {
  #api;
  #confirm;
  #done;
  #service = null;
  #operation = null;
  #shown = null;
  #revision = null;
  #canControl = false;
  #isEditing = false;
  #table = new SettingsTable();
  #scope = el("select", { onchange: () => this.#choose(this.#scope.value || null) });
  #scopeLabel = el("label", { class: "scope" }, "Settings of", this.#scope);
  #edit = el("button", { type: "button", onclick: () => this.#setEditing(true) }, "Change values");
  #review = el("button", { type: "submit", class: "main" }, "Review changes");
  #cancel = el("button", { type: "button", onclick: () => this.#setEditing(false) }, "Cancel");
  #failure = el("p", { class: "failure", role: "alert", hidden: true });
  #outcome = el("p", { class: "outcome", role: "status", hidden: true });

  element = el("form", { class: "settings-form", novalidate: true, onsubmit: submitted => this.#submit(submitted) },
    el("div", { class: "actions" }, this.#scopeLabel, this.#edit),
    this.#outcome, this.#table.element,
    el("div", { class: "buttons" }, this.#failure, this.#cancel, this.#review));

  /** @param done called after something was changed */
  constructor(api, confirm, done) {
    this.#api = api;
    this.#confirm = confirm;
    this.#done = done;
  }

  open(service, operation) {
    [this.#service, this.#operation, this.#shown, this.#revision] = [service, operation ?? null, null, null];
    this.#scope.replaceChildren();
    this.#table.element.replaceChildren();
    setHidden(this.#outcome, true);
    this.#setEditing(false);
  }

  /** Follows what is in force, except under somebody's hands. */
  show({ revision, canControl }, explanation) {
    setAttribute(this.#edit, "aria-describedby", canControl ? null : explanation);
    if (revision === this.#revision && canControl === this.#canControl)
      return;
    this.#canControl = canControl;
    if (this.#isEditing && canControl)
      return;
    this.#revision = revision;
    this.#load();
  }

  async #load() {
    const target = this.#target;
    this.#fail("");
    try {
      const whole = await this.#api.profile(target.service);
      const shown = target.operation ? await this.#api.profile(target.service, target.operation) : whole;
      if (!this.#isShown(target))
        return;
      this.#shown = shown;
      this.#offerScopes(whole.operations.map(({ operation }) => operation));
      this.#setEditing(false);
    } catch (refused) {
      if (this.#isShown(target))
        this.#fail(refused.message);
    }
  }

  #offerScopes(operations) {
    const all = this.#operation && !operations.includes(this.#operation) ? [...operations, this.#operation] : operations;
    this.#scope.replaceChildren(
      el("option", { value: "" }, "the whole service"),
      ...all.map(operation => el("option", { value: operation }, operation)));
    this.#scope.value = this.#operation ?? "";
  }

  #choose(operation) {
    // What is shown belongs to another choice: nothing of it can be changed meanwhile.
    [this.#operation, this.#shown] = [operation, null];
    this.#edit.disabled = true;
    this.#load();
  }

  #setEditing(isEditing) {
    const wasEditing = this.#isEditing;
    this.#isEditing = isEditing;
    this.#fail("");
    setHidden(this.#edit, isEditing);
    setHidden(this.#review, !isEditing);
    setHidden(this.#cancel, !isEditing);
    setHidden(this.#scopeLabel, this.#scope.options.length < 2);
    this.#scope.disabled = isEditing;
    this.#edit.disabled = !this.#canControl || this.#shown === null;
    if (this.#shown === null)
      return;

    this.#table.show(this.#shown.settings, {
      isEditing,
      operation: this.#operation,
      takeBack: this.#canControl ? setting => this.#takeBack(setting) : null,
    });
    if (isEditing)
      this.#table.focus();
    else if (wasEditing)
      this.#edit.focus();
  }

  async #submit(submitted) {
    submitted.preventDefault();
    const changes = this.#table.changes;
    if (Object.keys(changes).length === 0) {
      this.#fail("No value is different from what is in force.");
      return;
    }

    const target = this.#target;
    this.#fail("");
    this.#review.disabled = true;
    try {
      // What is in force may be newer than what the form began with.
      const before = await this.#api.profile(target.service, target.operation);
      const after = await this.#api.change(target.service, target.operation, changes, { dryRun: true });
      if (!this.#isShown(target))
        return;
      this.#table.showErrors({});
      await this.#confirmChange(target, changes, diffOf(before.settings, after.settings));
    } catch (refused) {
      if (!this.#isShown(target))
        return;
      const errors = refused.errors ?? {};
      const general = this.#table.showErrors(errors);
      this.#fail([refused.message, ...general].join(" "));
    } finally {
      this.#review.disabled = false;
    }
  }

  async #confirmChange(target, changes, differences) {
    const result = await this.#confirm.ask({
      title: `Change ${nameOf(target)}?`,
      content: [
        diffTable(differences),
        el("p", { class: "muted" }, "In force at once for calls that begin afterwards; running calls, circuits and queues keep their state. It reaches this process alone and lasts until a restart."),
      ],
      doIt: "Change",
      act: reason => this.#api.change(target.service, target.operation, changes, { reason }),
    });
    if (result !== undefined)
      await this.#changed(target, `${nameOf(target)}: ${differences.length} ${differences.length === 1 ? "setting" : "settings"} changed.`);
  }

  async #takeBack(setting) {
    const target = this.#target;
    const result = await this.#confirm.ask({
      title: `Take ${setting.key} back?`,
      content: [el("p", {}, `The value ${setting.value} was set by hand. Without it, what is configured is in force again.`)],
      doIt: "Take back",
      act: reason => this.#api.takeBack(target.service, target.operation, setting.key, reason),
    });
    if (result !== undefined)
      await this.#changed(target, `${nameOf(target)}: ${setting.key} is as configured.`);
  }

  async #changed(target, sentence) {
    this.#done();
    if (!this.#isShown(target))
      return;
    this.#isEditing = false;
    await this.#load();
    setText(this.#outcome, sentence);
    setHidden(this.#outcome, false);
    this.#edit.focus();
  }

  get #target() {
    return { service: this.#service, operation: this.#operation };
  }

  // An answer can come after somebody has gone on to another service.
  #isShown({ service, operation }) {
    return service === this.#service && operation === this.#operation;
  }

  #fail(text) {
    setText(this.#failure, text);
    setHidden(this.#failure, text === "");
  }
}

function nameOf({ service, operation }) {
  return operation ? `${service}, ${operation}` : service;
}
