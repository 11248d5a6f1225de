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

  /** Turns codes by text message on; `readCode` reads the one that was sent to a number. */
  async turnOnTextMessages(phone: string, readCode: (to: string) => Promise<string>): Promise<void> {
    await this.page.getByRole("textbox", { name: "Phone number" }).fill(phone);
    await this.button("Send code by text").click();
    await this.confirmWithPasskey();
    await expect(this.section("Text message")).toContainText("We sent a code to");
    // Whoever loads the page again, looking for the message, goes on where they were.
    await this.page.reload();
    await this.page.getByRole("textbox", { name: "Code from the message" }).fill(await readCode(phone));
    await this.button("Confirm number").click();
    await expect(this.section("Text message")).toContainText("Codes by text message are on.");
  }

  /** The same for the address of the account. */
  async turnOnEmailCodes(email: string, readCode: (to: string) => Promise<string>): Promise<void> {
    await this.button("Send code by email").click();
    await this.confirmWithPasskey();
    await this.page.getByRole("textbox", { name: "Code from the message" }).fill(await readCode(email));
    await this.button("Confirm email").click();
    await expect(this.section("Email")).toContainText("Codes by email are on.");
  }
}
