// Lists that are left open: htmx swaps the lines; this says so, and never takes a line from under somebody's hands.
const rows = document.querySelector("[data-work-rows]");
const said = document.querySelector("[data-work-status]");
const fresh = document.querySelector("[data-work-fresh]");

const begun = (field) => field.type === "checkbox" ? field.checked : field.value !== field.defaultValue;

const busy = () => rows.contains(document.activeElement) || [...rows.querySelectorAll("input, textarea")].some(begun);

const clock = () => new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Europe/London" });

if (rows) {
  rows.addEventListener("htmx:sse:before:message", (event) => {
    if (event.detail.message.event || !busy()) return;
    event.preventDefault();
    event.detail.cancelled = true;
    said.textContent = said.dataset.changed;
    fresh.hidden = false;
  });
  rows.addEventListener("htmx:sse:after:message", (event) => {
    if (event.detail.message.event) return;
    said.textContent = said.dataset.updated.replace("{time}", clock());
    fresh.hidden = true;
  });
}
