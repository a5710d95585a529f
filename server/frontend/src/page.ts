// What every page gains by scripts. Nothing here is needed to read one.

/** Closes the menu of the header at Escape and at a click elsewhere, as people expect of a menu. */
function closeMenus(): void {
  const open = (): HTMLDetailsElement[] => [...document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of open()) {
      const hadFocus = menu.contains(document.activeElement);
      menu.open = false;
      if (hadFocus) menu.querySelector("summary")?.focus();
    }
  });
  document.addEventListener("click", (event) => {
    for (const menu of open()) if (!menu.contains(event.target as Node)) menu.open = false;
  });
}

const DATA = /^\/(?:data|dumps|graphs|static|id|\.well-known)\b|^\/sparql$/;

/** Keeps a language that was chosen in the address from page to page; without one, the browser's own holds. */
function keepLanguage(): void {
  const chosen = new URL(location.href).searchParams.get("lang");
  if (!chosen) return;
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("main a[href]") : null;
    if (!link || link.origin !== location.origin || DATA.test(link.pathname) || link.hasAttribute("hreflang")) return;
    const target = new URL(link.href);
    const isHere = target.pathname === location.pathname && target.search === location.search;
    if (isHere || target.searchParams.has("lang")) return;
    target.searchParams.set("lang", chosen);
    link.href = target.href;
  });
}

closeMenus();
keepLanguage();
