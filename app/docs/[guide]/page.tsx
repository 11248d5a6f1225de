import { notFound } from "next/navigation";
import { DocsLayout } from "@/components/docs/docs-layout";
import { Markdown } from "@/components/docs/markdown";
import { publicMetadata, publicPage } from "@/lib/boundary/page";
import { env } from "@/lib/env";
import { anchorOf, GUIDES, isGuide, readGuide } from "@/lib/guides/guides";
import { guideLinks } from "../guide-links";

export const generateMetadata = publicMetadata(async ({ params }) => ({
  title: GUIDES.find(({ slug }) => slug === params.guide)?.title ?? "Not found",
}));

/** A guide of the documentation, public. It names this server wherever it names one. */
export default publicPage(async ({ params: { guide: slug } }) => {
  if (!isGuide(slug)) notFound();
  const guide = readGuide(slug, env().APP_URL);
  return (
    <DocsLayout guides={guideLinks()} sections={[]} current={`/docs/${slug}`} title={guide.title}>
      <Markdown tokens={guide.tokens} anchorOf={anchorOf} />
    </DocsLayout>
  );
});
