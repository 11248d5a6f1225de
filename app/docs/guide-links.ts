import { GUIDES } from "@/lib/guides/guides";

export function guideLinks() {
  return GUIDES.map(({ slug, title }) => ({ href: `/docs/${slug}`, label: title }));
}
