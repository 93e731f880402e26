// Makes the text retrieval task, ../main/resources/io/demitasse/media/emoji/queries.tsv, from the
// English data of emojibase-data 17.0.0. Needs Node 18 or later; run it in an empty directory:
//
//   npm pack emojibase-data@17.0.0 && tar xzf emojibase-data-17.0.0.tgz
//   node path/to/extract.mjs package/en/data.json > queries.tsv
//
// The rule: of every top-level emoji (skin tone variants are nested, so they do not count), drop
// the tags that share a word with the label, and keep the emoji if three or more tags remain.
// These, joined by spaces, are the query, and the label is the answer. A word is a run of letters
// and digits, compared in lower case. Rows stay in the order of emojibase.

import { readFileSync } from "node:fs";

const LEAST_TAGS = 3;

const words = (text) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];

const rows = [["hexcode", "query", "label"]];
for (const { hexcode, label, tags = [] } of JSON.parse(readFileSync(process.argv[2], "utf8"))) {
  const told = new Set(words(label));
  const rest = tags.filter((tag) => !words(tag).some((word) => told.has(word)));
  if (rest.length >= LEAST_TAGS) {
    rows.push([hexcode, rest.join(" "), label]);
  }
}

if (new Set(rows.map(([, , label]) => label.toLowerCase())).size !== rows.length) {
  throw new Error("two emoji have the same label");
}
process.stdout.write(rows.map((row) => row.join("\t") + "\n").join(""));
