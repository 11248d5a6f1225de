import {
  ArrowLeftRight,
  CodeXml,
  CreditCard,
  House,
  KeyRound,
  ListChecks,
  MonitorSmartphone,
  ScrollText,
  Settings,
  UserRound,
  UsersRound,
} from "lucide-react";

const ICONS = {
  home: House,
  transactions: ArrowLeftRight,
  customers: UserRound,
  cards: CreditCard,
  approvals: ListChecks,
  sessions: MonitorSmartphone,
  audit: ScrollText,
  team: UsersRound,
  developers: CodeXml,
  settings: Settings,
  security: KeyRound,
} as const;

export type NavIconName = keyof typeof ICONS;

export function NavIcon({ name }: { name: NavIconName }) {
  const Icon = ICONS[name];
  return <Icon aria-hidden="true" className="size-4 shrink-0" strokeWidth={1.75} />;
}
