// Prints the text of each page of a PDF as pdf.js reads it, a form feed after each.
//
//     node tests/oracles/pdf_readers.mjs /folder/with/node_modules paper.pdf
//
// In the order in which it is drawn, which is that of `pdftotext -raw` and of mutool. pdf.js is the reader of Firefox.

import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";

const [modules, file] = process.argv.slice(2);
const reader = await import(pathToFileURL(`${modules}/pdfjs-dist/legacy/build/pdf.mjs`));
const document = await reader.getDocument({
    data: new Uint8Array(await readFile(file)),
    verbosity: reader.VerbosityLevel.ERRORS,
}).promise;
for (let number = 1; number <= document.numPages; number += 1) {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent({ disableNormalization: true });
    process.stdout.write(items.map((item) => item.str).join("") + "\f");
}
await document.destroy();
