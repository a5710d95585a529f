// Copies the commands of a batch, and finds things by name. Without it there is the file, and the text to select.
import { makeChooser } from "./drawn/chooser.js";

for (const input of document.querySelectorAll<HTMLInputElement>("[data-chooser]")) makeChooser(input);

const status = document.querySelector<HTMLElement>(".copy-status");

for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-copy]")) {
  const commands = document.getElementById(button.dataset["copy"] ?? "");
  if (!commands) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    let said: string | undefined;
    try {
      await navigator.clipboard.writeText(commands.textContent ?? "");
      for (const other of document.querySelectorAll(".copy.is-done")) other.classList.remove("is-done");
      button.classList.add("is-done");
      said = status?.dataset["copied"];
    } catch {
      commands.closest("details")?.setAttribute("open", "");
      getSelection()?.selectAllChildren(commands);
      said = status?.dataset["failed"];
    }
    if (status) status.textContent = said ?? "";
  });
}
