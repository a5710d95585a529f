// The map is drawn by the server; here it learns to be drawn larger.
import { makeZoomable } from "./drawn/zoom.js";

for (const controls of document.querySelectorAll<HTMLElement>("[data-zooms]")) makeZoomable(controls);
