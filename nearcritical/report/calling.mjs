/* Functions of an exported JavaScript module, called.
 *
 * Argument: the path of the module. Input: [[name, arguments], ...] as JSON. Output: for each call a line of JSON, the
 * real and imaginary parts of what it returns, or the text of the error that it throws; NaN and Infinity by their names.
 */

import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const laws = await import(pathToFileURL(process.argv[2]).href);
const parts = (value) => (typeof value === "number" ? `[${value}, 0]` : `[${value.re}, ${value.im}]`);
for (const [name, given] of JSON.parse(readFileSync(0, "utf8"))) {
  let line;
  try {
    const found = laws[name](...given);
    line = `[${(Array.isArray(found) ? found : [found]).map(parts).join(", ")}]`;
  } catch (error) {
    line = JSON.stringify(`${error.name}: ${error.message}`);
  }
  process.stdout.write(`${line}\n`);
}
