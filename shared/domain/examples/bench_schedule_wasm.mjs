// Takes the times of the module that bench_schedule_wasm.rs becomes, in Node (V8, as in Chromium), and prints them as
// bench_schedule does: node bench_schedule_wasm.mjs MODULE plan=TASKS,EXCEPTIONS level=TASKS,PEOPLE ...
import { readFileSync } from "node:fs";

const ROUNDS = 20;
const [file, ...cases] = process.argv.slice(2);
const module = new WebAssembly.Module(readFileSync(file));

for (const name of cases) {
  // memory of its own, as a page that has opened this plan only
  const { exports } = new WebAssembly.Instance(module, {});
  const [kind, numbers] = name.split("=");
  const [tasks, more] = numbers.split(",").map(Number);
  const told = (what, rounds, work) => {
    const times = Array.from({ length: rounds }, () => {
      const begun = performance.now();
      work();
      return (performance.now() - begun).toFixed(4);
    });
    console.log([`${name} ${what}`, ...times].join("\t"));
  };
  if (kind === "plan") {
    exports.plan(tasks, more);
    for (const what of ["whole", "edit", "link"]) told(what, ROUNDS, exports[what]);
  } else {
    exports.great(tasks, more);
    told("level", 1, exports.level);
  }
}
