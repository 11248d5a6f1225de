import { beforeAll, describe, expect, inject, it } from "vitest";
import { ensureBuild } from "../demo/build";
import { ROOT } from "../root";
import { breakBuild, DEFECTS } from "./broken-build";
import { startPlant } from "./plant";
import { runOne } from "./run-one";
import { neverAnswers } from "./scenarios/acquirer";

/** The build is made once, by whichever test needs it first; two servers start on a busy machine. */
const START_MS = 400_000;

/** Under this seed no callback comes, so that the build's own way to the acquirer is what counts. */
const CALLED_BY_NOBODY = 0;

const SILENCE_IS_NO = [DEFECTS.silenceIsNo, /^it is failed at once$/] as const;
/** It charges twice, which takes the harness longer to see. */
const NEW_KEY = [DEFECTS.newKeyEachTime, /^I1: charged .* [2-9] times$/] as const;

beforeAll(() => ensureBuild({ root: ROOT }), START_MS);

describe("harness.catches: a build that is deliberately broken", () => {
  const defects = inject("isFull") ? [SILENCE_IS_NO, NEW_KEY] : [SILENCE_IS_NO];
  it.each(defects)("$0.name", { timeout: START_MS }, async (defect, expected) => {
    const build = breakBuild(ROOT, defect);
    try {
      const plant = await startPlant(build.root);
      try {
        const { violations } = await runOne(plant, neverAnswers, CALLED_BY_NOBODY, 6000);
        expect(violations).toContainEqual(expect.stringMatching(expected));
      } finally {
        await plant.stop();
      }
    } finally {
      build.remove();
    }
  });
});
