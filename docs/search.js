// Search without a server: the index comes as a script when the first word is typed, because a
// page that is opened as a file may load scripts and nothing else.

const MOST = 20;
const AROUND = 90;
let asked = null;

// Looked up when they are wanted: the theme puts them into the page after its scripts.
const box = () => document.getElementById("mkdocs-search-query");
const wanted = () => plain(box().value).split(/\s+/).filter(Boolean);

// Small letters without accents: "departement" finds "département".
function plain(text) {
  return text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "");
}

function index() {
  asked ??= new Promise((done, failed) => {
    const script = document.createElement("script");
    script.src = base_url.replace(/\/$/, "") + "/search/index.js";
    script.onload = () =>
      done(searchIndex.map((part) => ({ ...part, head: plain(part.title), body: plain(part.text) })));
    script.onerror = failed;
    document.head.append(script);
  });
  return asked;
}

// Every word has to be there; a word in a heading counts for ten in the text, a page as a whole for
// half of its parts, which lead nearer.
function worth(part, words) {
  let sum = 0;
  for (const word of words) {
    const found = 10 * (part.head.split(word).length - 1) + (part.body.split(word).length - 1);
    if (!found) return 0;
    sum += Math.min(found, 15);
  }
  return part.location.includes("#") ? sum : sum / 2;
}

function shown(part, words) {
  const article = document.createElement("article");
  const link = document.createElement("a");
  link.href = base_url.replace(/\/$/, "") + "/" + part.location;
  link.textContent = part.title;
  const at = Math.max(0, part.body.indexOf(words[0]) - AROUND);
  const piece = part.text.slice(at, at + 2 * AROUND);
  const text = document.createElement("p");
  text.textContent = (at ? "… " : "") + piece + (at + 2 * AROUND < part.text.length ? " …" : "");
  const heading = document.createElement("h3");
  heading.append(link);
  article.append(heading, text);
  return article;
}

async function search() {
  const list = document.getElementById("mkdocs-search-results");
  const words = wanted();
  if (words.join("").length < 2) return list.replaceChildren();
  const parts = await index();
  if (words.join(" ") !== wanted().join(" ")) return;
  const found = parts
    .map((part) => [worth(part, words), part])
    .filter(([sum]) => sum)
    .sort(([one], [other]) => other - one)
    .slice(0, MOST)
    .map(([, part]) => shown(part, words));
  const nothing = Object.assign(document.createElement("p"), { textContent: list.dataset.noResultsText });
  list.replaceChildren(...(found.length ? found : [nothing]));
}

document.addEventListener("DOMContentLoaded", () => {
  if (!box()) return;
  box().addEventListener("input", search);
  box().form.addEventListener("submit", (event) => event.preventDefault());
});
