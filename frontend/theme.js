// Loaded before the first paint, so that neither theme nor menu jumps. Everything else is in main.js.
(() => {
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const read = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  const apply = () => {
    const wish = read("theme") || "auto";
    const night = wish === "dark" || (wish === "auto" && dark.matches);
    root.dataset.bsTheme = night ? "dark" : "light";
    root.dataset.themeWish = wish;
    root.classList.toggle("is-menu-folded", read("menu") === "folded");
  };
  apply();
  dark.addEventListener("change", apply);
  addEventListener("storage", apply);
  addEventListener("theme", apply);
})();
