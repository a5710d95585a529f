// Makes a drawing larger in its own scrolled region: by buttons, by + − 0 in it, by the wheel with Ctrl.
// What stands in the middle of the region stays there. Scrolling, and with it the arrow keys, is the browser's.

const LARGEST = 16;

/** Lets the buttons of `controls` zoom the drawing they name; `changed` is told the new factor. */
export function makeZoomable(controls: HTMLElement, changed: (factor: number) => void = () => undefined): void {
  const region = document.getElementById(controls.dataset["zooms"] ?? "");
  if (!region) return;
  let factor = 1;

  const zoom = (wanted: number, x = region.clientWidth / 2, y = region.clientHeight / 2): void => {
    const next = Math.min(Math.max(wanted, 1), LARGEST);
    const before = { width: region.scrollWidth, height: region.scrollHeight };
    const place = { left: region.scrollLeft + x, top: region.scrollTop + y };
    factor = next;
    region.style.setProperty("--zoom", String(next));
    region.scrollLeft = (place.left * region.scrollWidth) / before.width - x;
    region.scrollTop = (place.top * region.scrollHeight) / before.height - y;
    for (const button of controls.querySelectorAll<HTMLButtonElement>("button")) {
      const isNoUse = button.dataset["zoom"] === "in" ? next >= LARGEST : next <= 1;
      button.setAttribute("aria-disabled", String(isNoUse));
    }
    changed(next);
  };
  const step = (way: string | undefined): void =>
    zoom(way === "in" ? factor * 1.5 : way === "out" ? factor / 1.5 : 1);

  controls.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (button) step(button.dataset["zoom"]);
  });
  region.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const ways: Record<string, string> = { "+": "in", "=": "in", "-": "out", "−": "out", "0": "reset" };
    const way = ways[event.key];
    if (!way) return;
    event.preventDefault();
    step(way);
  });
  region.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const box = region.getBoundingClientRect();
    zoom(factor * Math.exp(-event.deltaY / 300), event.clientX - box.left, event.clientY - box.top);
  }, { passive: false });
  controls.hidden = false;
  zoom(1);
}
