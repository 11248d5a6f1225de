import type { Metadata } from "next";
import { ApiReference } from "@/components/docs/api-reference";
import { DocsLayout } from "@/components/docs/docs-layout";
import { publicPage } from "@/lib/boundary/page";
import { anchorOf } from "@/lib/guides/guides";
import { apiReference } from "@/lib/openapi/reference";
import { guideLinks } from "./guide-links";

export const metadata: Metadata = { title: "API reference" };

/** The API reference, public: rendered here, from the OpenAPI document. */
export default publicPage(async () => {
  const reference = apiReference();
  const sections = [...reference.groups.map(({ name }) => name), "Objects"].map((label) => ({
    href: `#${anchorOf(label)}`,
    label,
  }));
  return (
    <DocsLayout guides={guideLinks()} sections={sections} current="/docs" title="API reference">
      <p className="mt-3 leading-relaxed">
        New here? The{" "}
        <a href="/docs/quick-start" className="rounded text-primary underline underline-offset-2">
          quick start
        </a>{" "}
        takes a first payment in ten minutes. The same reference for machines, as OpenAPI 3.1:{" "}
        <a href="/api/v1/openapi.json" className="rounded text-primary underline underline-offset-2">
          openapi.json
        </a>
        .
      </p>
      <ApiReference reference={reference} anchorOf={anchorOf} />
    </DocsLayout>
  );
});
