// Light, dark or what the system says. The colours themselves are in base.css.

const key = "resilience-theme";

/** Connects the choice; `changed` is called whenever other colours are in force. */
export function startTheme(select, changed) {
  select.value = document.documentElement.dataset.theme ?? "system";
  select.addEventListener("change", () => {
    choose(select.value);
    changed();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);
}

function choose(theme) {
  if (theme === "system")
    delete document.documentElement.dataset.theme;
  else
    document.documentElement.dataset.theme = theme;
  try {
    if (theme === "system")
      localStorage.removeItem(key);
    else
      localStorage.setItem(key, theme);
  } catch {
    // A browser that keeps nothing: the choice lasts until the page is left.
  }
}
