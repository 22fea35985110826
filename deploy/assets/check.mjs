// Builds again and compares with what is kept: nobody has edited a built file by hand, or forgotten to build.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { STATIC, built } from "./build.mjs";

const differing = [];
for (const [name, content] of Object.entries(await built())) {
  const kept = await readFile(join(STATIC, name), "utf8").catch(() => null);
  if (kept !== content) differing.push(name);
}
if (differing.length) {
  console.error(`Not what the build makes (npm run build): ${differing.join(", ")}`);
  process.exit(1);
}
console.log("The built files are what the build makes");
