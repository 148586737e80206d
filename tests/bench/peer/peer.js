// nlp.js as a child process: one JSON request a line on standard input, one JSON reply a line on standard output.
"use strict";

const fs = require("fs");
const readline = require("readline");
const { containerBootstrap } = require("@nlpjs/core");
const { Language } = require("@nlpjs/language");
const { LangIt } = require("@nlpjs/lang-it");
const { LangSl } = require("@nlpjs/lang-sl");
const { Nlp } = require("@nlpjs/nlp");

const SHOWN = 10;

// One model for each language. Croatian and Bulgarian have no package of their own; they get its general tokenizer.
async function build(languages) {
  const container = await containerBootstrap();
  container.use(LangIt);
  container.use(LangSl);
  container.use(Nlp);
  const nlp = container.get("nlp");
  // Without names, numbers and moods: only what is meant is compared.
  Object.assign(nlp.settings, { autoSave: false, autoLoad: false, calculateSentiment: false });
  nlp.forceNER = false;
  languages.forEach((language) => nlp.addLanguage(language));
  return nlp;
}

let nlp = null;
const guesser = new Language();

const requests = {
  async learn({ languages, examples, file }) {
    nlp = await build(languages);
    examples.forEach(([language, label, text]) => nlp.addDocument(language, text, label));
    const print = console.log;
    console.log = () => {}; // its progress would stand between our lines
    await nlp.train();
    console.log = print;
    fs.writeFileSync(file, nlp.export());
    return {};
  },
  async open({ languages, file }) {
    nlp = await build(languages);
    nlp.import(fs.readFileSync(file, "utf8"));
    return {};
  },
  async rank({ language, text }) {
    const found = await nlp.process(language, text);
    return { ranked: found.classifications.slice(0, SHOWN).map(({ intent, score }) => [intent, score]) };
  },
  async language({ languages, text }) {
    const found = guesser.guessBest(text, languages);
    return { language: found ? found.alpha2 : "" };
  },
  async memory() {
    return { bytes: process.memoryUsage().rss };
  },
};

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const request = JSON.parse(line);
    process.stdout.write(`${JSON.stringify(await requests[request.do](request))}\n`);
  }
}

main();
