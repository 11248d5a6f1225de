import type { Locator, Page } from "@playwright/test";
import type { Person } from "../fixtures/demo";
import { freshCode } from "../fixtures/totp";

/** The two pages of sign-in, by what a screen reader reads there. */
export class SignInPages {
  readonly email: Locator;
  readonly password: Locator;
  readonly code: Locator;
  readonly verify: Locator;
  readonly refusal: Locator;

  constructor(private readonly page: Page) {
    this.email = page.getByRole("textbox", { name: "Email" });
    this.password = page.getByLabel("Password", { exact: true });
    this.code = page.getByRole("textbox", { name: "Authentication code" });
    this.verify = page.getByRole("button", { name: "Verify", exact: true });
    // In the page's main part: Next.js announces each page's name in an alert of its own.
    this.refusal = page.getByRole("main").getByRole("alert");
  }

  heading(name: "Sign in" | "Verify it's you"): Locator {
    return this.page.getByRole("heading", { level: 1, name });
  }

  async enterPassword({ email, password }: Pick<Person, "email" | "password">): Promise<void> {
    await this.email.fill(email);
    await this.password.fill(password);
    await this.page.getByRole("button", { name: "Sign in", exact: true }).click();
  }

  async enterCode(code: string): Promise<void> {
    await this.code.fill(code);
    await this.verify.click();
  }

  /** From the page that stands open to wherever it leads. */
  async signIn(person: Person): Promise<void> {
    await this.enterPassword(person);
    await this.heading("Verify it's you").waitFor();
    await this.enterCode(await freshCode(person.totpSecret));
    await this.page.waitForURL((url) => !url.pathname.startsWith("/login"));
  }
}
