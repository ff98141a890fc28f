// Makes and changes elements. Whatever comes from outside goes in as text: nothing here parses markup.

/** An element with attributes, `on…` listeners and children; children are nodes or texts, null and false are left out. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on"))
      element.addEventListener(key.slice(2), value);
    else if (typeof value === "boolean")
      element.toggleAttribute(key, value);
    else if (value !== null && value !== undefined)
      element.setAttribute(key, value);
  }
  element.append(...children.flat().filter(child => child !== null && child !== undefined && child !== false));
  return element;
}

/** A shape of the sprite in index.html. It stands beside a word, so screen readers need not hear of it. */
export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(document.createElementNS("http://www.w3.org/2000/svg", "use"));
  setIcon(svg, name);
  return svg;
}

export function setIcon(svg, name) {
  setAttribute(svg.firstChild, "href", `#icon-${name}`);
}

// An element that did not change is left alone: selections, focus and screen readers stay where they are.
export function setText(element, text) {
  if (element.textContent !== text)
    element.textContent = text;
}

export function setAttribute(element, name, value) {
  if (value === null || value === undefined)
    element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value))
    element.setAttribute(name, value);
}

export function setHidden(element, hidden) {
  if (element.hidden !== hidden)
    element.hidden = hidden;
}

/** A path or key that may break after its colons and slashes. */
export function path(text) {
  return String(text).split(/(?<=[:/])/).flatMap((part, index) => (index ? [el("wbr"), part] : [part]));
}

let ids = 0;

/** An id that no other element has. */
export function newId(prefix) {
  return `${prefix}-${++ids}`;
}
