// Answers to what the page asks. What only some questions need is loaded with the first of them.

import type { Answer, AnyQuestion } from "../protocol.ts";
import { enlarge } from "./look.ts";
import { refuse } from "./refusal.ts";
import type { Run } from "./run.ts";

/** @throws LayerwiseError what is wrong with what was asked about, or that nothing was opened yet */
export async function answerTo(question: AnyQuestion, run: Run | undefined): Promise<Answer> {
  switch (question.what) {
    case "enlarge": {
      const { resolution, ...address } = question.about;
      const { model, data, step } = opened(run);
      return { step, ...(await enlarge(model, data, address, resolution)) };
    }
    case "save":
      return opened(run).model.save();
    case "load":
      return (await import("./load.ts")).load(question.about);
    case "readTable":
      return (await import("./table.ts")).readTable(question.about.text);
    case "tryTable":
      return (await import("./table.ts")).tryTable(question.about);
    case "exportData":
      return (await import("./export.ts")).pointsAsCSV(opened(run).data);
    default:
      return question satisfies never;
  }
}

function opened(run: Run | undefined): Run {
  if (run) return run;
  throw refuse("page", "a run", "none", "Choose settings that can be trained first.");
}
