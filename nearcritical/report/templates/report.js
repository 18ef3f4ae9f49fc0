"use strict";
// Folding, contents and copying; without it the page can be read, and every source stands in its equation.

const SOURCES = [
  ["LaTeX", "application/x-tex"],
  ["Python", "text/x-python"],
];

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "unseen";
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

function say(text) {
  const place = document.getElementById("said");
  place.textContent = text;
  place.classList.add("shown");
  clearTimeout(say.waiting);
  say.waiting = setTimeout(() => place.classList.remove("shown"), 1500);
}

function copyButton(equation, name, encoding) {
  const source = equation.querySelector(`annotation[encoding="${encoding}"]`);
  if (!source) return null;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = name;
  button.setAttribute("aria-label", `Copy ${name}${equation.dataset.law ? " of " + equation.dataset.law : ""}`);
  button.addEventListener("click", async () => {
    await copy(source.textContent);
    say(`${name} copied`);
  });
  return button;
}

function addCopyButtons() {
  for (const equation of document.querySelectorAll(".equation")) {
    const buttons = SOURCES.map(([name, encoding]) => copyButton(equation, name, encoding)).filter(Boolean);
    if (!buttons.length) continue;
    const bar = document.createElement("span");
    bar.className = "copy";
    bar.append(...buttons);
    const scroll = document.createElement("div");
    scroll.className = "scroll";
    scroll.append(...equation.childNodes);
    equation.append(scroll, bar);
  }
}

function openTarget() {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  const inner = target.matches("article") && target.querySelector("details");
  for (let node = inner || target; node; node = node.parentElement) {
    if (node.tagName === "DETAILS") node.open = true;
  }
  target.scrollIntoView();
}

function unfoldAll() {
  const button = document.getElementById("unfold");
  const laws = [...document.querySelectorAll("details.law")];
  button.hidden = false;
  button.addEventListener("click", () => {
    const open = laws.some((law) => !law.open);
    for (const law of laws) law.open = open;
    button.textContent = open ? "Close all" : "Open all";
  });
}

function followContents() {
  const contents = document.getElementById("contents");
  const narrow = matchMedia("(max-width: 64rem)");
  const fit = () => { contents.open = !narrow.matches; };
  fit();
  narrow.addEventListener("change", fit);
  const links = new Map([...contents.querySelectorAll("a")].map((link) => [link.hash.slice(1), link]));
  contents.addEventListener("click", (event) => {
    if (narrow.matches && event.target.tagName === "A") contents.open = false;
  });
  const seen = new Set();
  const watcher = new IntersectionObserver((entries) => {
    for (const entry of entries) seen[entry.isIntersecting ? "add" : "delete"](entry.target.id);
    const here = [...links.keys()].filter((name) => seen.has(name)).pop();
    for (const [name, link] of links) {
      if (name === here) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }, { rootMargin: "-10% 0px -80% 0px" });
  for (const name of links.keys()) watcher.observe(document.getElementById(name));
}

addCopyButtons();
unfoldAll();
followContents();
addEventListener("hashchange", openTarget);
openTarget();
