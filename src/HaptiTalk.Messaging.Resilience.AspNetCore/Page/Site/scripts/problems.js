// What is wrong with a configuration that was not applied.

import { el, setHidden, setText } from "./dom.js";

export class Problems {
  #section = document.getElementById("problems");
  #text = document.getElementById("problems-text");
  #list = document.getElementById("problems-list");
  #shown = "";

  show(problems, revision) {
    setHidden(this.#section, problems.length === 0);
    setText(this.#text, `The last good one, revision ${revision}, stays in force until the next valid change.`);
    const now = JSON.stringify(problems);
    if (now === this.#shown)
      return;
    this.#shown = now;
    this.#list.replaceChildren(...problems.map(({ path, value, message }) => el("li", {},
      el("code", {}, path), value === null || value === undefined ? null : el("span", {}, " = ", el("code", {}, `'${value}'`)), " ", message)));
  }
}
