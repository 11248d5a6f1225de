import { Menu } from "lucide-react";
import type { ReactNode } from "react";
import { AccountMenu } from "./account-menu";
import { AppNavigation, NAVIGATION_ID, type NavItem } from "./app-navigation";
import { TestModeBadge } from "./test-mode-badge";

type Props = {
  navigation: readonly NavItem[];
  merchantName: string;
  testMode: boolean;
  account: { email: string; role: string };
  children: ReactNode;
};

/** The frame of every page behind the sign-in. It shows the links it is given and knows nothing of roles. */
export function AppShell({ navigation, merchantName, testMode, account, children }: Props) {
  return (
    <>
      <a
        href="#main"
        className="fixed top-2 left-2 z-50 -translate-y-20 rounded-md bg-primary px-4 py-2 text-sm font-medium text-primary-foreground focus:translate-y-0"
      >
        Skip to content
      </a>
      <AppNavigation items={navigation} />
      <div className="flex min-h-dvh flex-col lg:pl-60">
        <header className="sticky top-0 z-30 flex h-14 shrink-0 items-center gap-3 border-b bg-background/90 px-4 backdrop-blur-sm sm:px-6 lg:px-8">
          <button
            type="button"
            popoverTarget={NAVIGATION_ID}
            aria-label="Open navigation"
            className="-ml-2 grid size-9 shrink-0 place-items-center rounded-md hover:bg-accent lg:hidden"
          >
            <Menu aria-hidden="true" className="size-5" />
          </button>
          <p className="min-w-0 truncate text-sm font-medium">{merchantName}</p>
          {testMode && <TestModeBadge />}
          <div className="ml-auto shrink-0">
            <AccountMenu email={account.email} role={account.role} />
          </div>
        </header>
        <main id="main" tabIndex={-1} className="mx-auto w-full max-w-[84rem] flex-1 px-4 py-6 sm:px-6 lg:px-8 lg:py-8">
          {children}
        </main>
      </div>
    </>
  );
}
