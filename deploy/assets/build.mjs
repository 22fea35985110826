// Writes what is other people's work into shared/web/pages/static: NHS.UK style sheet, script and icons, and htmx.
// Our own app.css, app.js and favicon.svg stand beside them and are not built. The NHS logo is never copied.
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { compile } from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const packages = join(here, "node_modules");
export const STATIC = join(here, "../../shared/web/pages/static");
const LOGOS = /^(favicon|nhsuk-opengraph|nhsuk-icon-(180|192|512|mask))/;

// Source maps are not served: a reference to one would be a request that fails.
const script = async (path) => (await readFile(join(packages, path), "utf8")).replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "\n");

/** The built files: name in the static folder -> content. */
export async function built() {
  const sheet = compile(join(here, "main.scss"), { loadPaths: [packages], style: "compressed", quietDeps: true });
  const files = {
    "nhsuk.css": sheet.css + "\n",
    "nhsuk.js": await script("nhsuk-frontend/dist/nhsuk/nhsuk-frontend.min.js"),
    "htmx.js": await script("htmx.org/dist/htmx.min.js"),
    "htmx-sse.js": await script("htmx.org/dist/ext/hx-sse.min.js"),
  };
  const images = join(packages, "nhsuk-frontend/dist/nhsuk/assets/images");
  for (const name of (await readdir(images)).sort()) {
    if (!LOGOS.test(name)) files[`images/${name}`] = await readFile(join(images, name), "utf8");
  }
  return files;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await mkdir(join(STATIC, "images"), { recursive: true });
  for (const [name, content] of Object.entries(await built())) await writeFile(join(STATIC, name), content);
}
