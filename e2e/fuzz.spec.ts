import { runFuzz } from "../scripts/fuzz/run-fuzz";
import { expect, test } from "./fixtures/test";

const SEED = 20_261_125;
const STORIES = process.env.TEST_FULL === "1" ? 100 : 8;

// The defect: input that nobody thought of ends in a 5xx, or in an answer that the document does not tell of.
test("api.fuzz: whatever is sent, no 5xx, and every answer is as the OpenAPI document says", async ({ demo }) => {
  test.setTimeout(STORIES * 30_000);
  const seed = process.env.TEST_FULL === "1" ? Date.now() % 2 ** 31 : SEED;
  const { calls, byStatus, failure } = await runFuzz({
    url: demo.url,
    key: demo.other.apiKey,
    ...{ stories: STORIES, length: 20, seed },
  });
  expect(failure, `npm run fuzz -- --seed ${seed} --stories ${STORIES}`).toBeNull();
  expect(calls).toBe(STORIES * 20);
  // It went past the first check, and found what there is to be refused.
  for (const status of [200, 201, 400, 404, 422]) expect([...byStatus.keys()]).toContain(status);
});
