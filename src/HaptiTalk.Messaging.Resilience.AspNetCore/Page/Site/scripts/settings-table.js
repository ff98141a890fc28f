// The settings in force with their origin, to read or to edit.

import { el, newId, path, setAttribute, setHidden, setText } from "./dom.js";
import { valueOf } from "./diff.js";

const byHand = "override:";

export class SettingsTable {
  #fields = new Map();

  element = el("table", { class: "settings" });

  /**
   * @param operation whose settings these are; null for the whole service
   * @param takeBack called with a setting that was changed by hand; null where nobody may
   */
  show(settings, { isEditing, operation, takeBack }) {
    this.#fields.clear();
    this.element.replaceChildren(
      el("caption", { class: "visually-hidden" }, "Settings in force"),
      el("thead", {}, el("tr", {}, ["Setting", "Value", "Origin"].map(name => el("th", { scope: "col" }, name)))),
      ...groupsOf(settings).map(([group, members]) => el("tbody", {},
        el("tr", { class: "group" }, el("th", { colspan: 3, scope: "rowgroup" }, group)),
        members.map(setting => this.#row(setting, isEditing, isOfScope(setting, operation) ? takeBack : null)))));
  }

  /** The values that are not what they were, by key. */
  get changes() {
    const changes = {};
    for (const [key, { input, setting }] of this.#fields) {
      if (input.value.trim() !== (setting.value ?? ""))
        changes[key] = input.value.trim();
    }
    return changes;
  }

  /** Shows messages at their fields. @returns those that belong to none */
  showErrors(errors) {
    const left = { ...errors };
    let first = null;
    for (const [key, { input, message }] of this.#fields) {
      const found = Object.keys(left).find(name => name.toLowerCase() === key.toLowerCase());
      const text = found === undefined ? "" : left[found].join(" ");
      delete left[found];
      setText(message, text);
      setHidden(message, text === "");
      setAttribute(input, "aria-invalid", text ? "true" : null);
      if (text)
        first ??= input;
    }
    first?.focus();
    return Object.entries(left).map(([key, messages]) => `${key}: ${messages.join(" ")}`);
  }

  focus() {
    this.#fields.values().next().value?.input.focus();
  }

  #row(setting, isEditing, takeBack) {
    const isByHand = setting.origin.startsWith(byHand);
    return el("tr", { class: isByHand ? "by-hand" : null },
      el("th", { scope: "row" }, el("code", {}, path(nameIn(setting.key)))),
      isEditing ? this.#editor(setting) : el("td", {}, valueOf(setting.value)),
      el("td", { class: "origin" }, path(setting.origin),
        takeBack && !isEditing
          ? el("button", { type: "button", class: "small", "aria-label": `Take ${setting.key} back`, onclick: () => takeBack(setting) }, "Take back")
          : null));
  }

  #editor(setting) {
    const message = el("p", { id: newId("error"), class: "failure", hidden: true });
    const input = el("input", {
      type: "text", value: setting.value ?? "", placeholder: "not set", autocomplete: "off", spellcheck: "false",
      "aria-label": setting.key, "aria-describedby": message.id, name: setting.key,
      oninput: () => input.closest("tr").classList.toggle("changed", input.value.trim() !== (setting.value ?? "")),
    });
    this.#fields.set(setting.key, { input, message, setting });
    return el("td", {}, input, message);
  }
}

// An operation also shows what was changed for the whole service; that is taken back there.
function isOfScope({ key, origin }, operation) {
  return origin === `${byHand}${operation ? `Operations:${operation}:` : ""}${key}`;
}

// `Retry:MaxRetries` stands as `MaxRetries` in the group `Retry`; `Scope` belongs to the profile itself.
function groupsOf(settings) {
  return Object.entries(Object.groupBy(settings, ({ key }) => (key.includes(":") ? key.slice(0, key.indexOf(":")) : "Profile")));
}

function nameIn(key) {
  return key.slice(key.indexOf(":") + 1);
}
