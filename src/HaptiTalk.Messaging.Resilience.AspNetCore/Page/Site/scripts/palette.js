// The style sheet's colours, for canvases, which know no custom properties.

const names = ["--text-muted", "--line", "--calls", "--failures", "--open", "--half-open", "--isolated", "--disabled"];
let colours = null;

export function colour(name) {
  colours ??= read();
  return colours[name];
}

/** After a change of the theme. */
export function forgetColours() {
  colours = null;
}

function read() {
  const probe = document.body.appendChild(document.createElement("span"));
  const found = {};
  for (const name of names) {
    probe.style.color = `var(${name})`;
    found[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return found;
}
