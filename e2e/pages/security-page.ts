import { expect, type Locator, type Page } from "@playwright/test";

/** Where people change how they sign in, by what a screen reader reads there. */
export class SecurityPage {
  readonly dialog: Locator;

  constructor(private readonly page: Page) {
    this.dialog = page.getByRole("dialog", { name: "Confirm it's you" });
  }

  async open(): Promise<void> {
    await this.page.goto("/security");
    await expect(this.page.getByRole("heading", { level: 1, name: "Security" })).toBeVisible();
  }

  section(name: string): Locator {
    return this.page.getByRole("region", { name, exact: true });
  }

  button(name: string): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  async confirmWithPasskey(): Promise<void> {
    await this.dialog.getByRole("button", { name: "Use a passkey" }).click();
    await expect(this.dialog).toBeHidden();
  }

  async confirmWithCode(code: string): Promise<void> {
    await this.dialog.getByRole("textbox", { name: "Authentication code" }).fill(code);
    await this.dialog.getByRole("button", { name: "Confirm", exact: true }).click();
    await expect(this.dialog).toBeHidden();
  }

  /** The key of the authenticator that is being enrolled, as it is typed into an app. */
  async shownSecret(): Promise<string> {
    const key = this.section("Authenticator app").getByText(/^(?:[A-Z2-7]{4} ?){8}$/);
    return ((await key.textContent()) ?? "").replaceAll(" ", "");
  }
}
