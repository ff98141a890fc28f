// Before the first paint, so that a chosen theme does not flash in the other one. No module: those run after parsing.
try {
  const theme = localStorage.getItem("resilience-theme");
  if (theme === "light" || theme === "dark")
    document.documentElement.dataset.theme = theme;
} catch {
  // A browser that keeps nothing: the system's theme it is.
}
