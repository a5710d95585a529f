// Finds by name what is to be compared, and hides rows that nobody wants to read.
import { makeChooser } from "./drawn/chooser.js";

for (const input of document.querySelectorAll<HTMLInputElement>("[data-chooser]")) makeChooser(input);
const table = document.querySelector(".comparison");
const sieve = document.querySelector<HTMLElement>(".sieve");
if (table && sieve) {
  sieve.hidden = false;
  for (const box of sieve.querySelectorAll<HTMLInputElement>("[data-hides]")) {
    const sift = (): void => void table.classList.toggle(`hides-${box.dataset["hides"]}`, box.checked);
    box.addEventListener("change", sift);
    sift(); // a browser may remember what was ticked
  }
}
