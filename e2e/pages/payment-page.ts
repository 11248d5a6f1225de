import { expect, type Locator, type Page } from "@playwright/test";
import { SecurityPage } from "./security-page";

/** A payment's page and its dialogs, by what a screen reader reads there. */
export class PaymentPage {
  readonly dialog: Locator;
  readonly amount: Locator;
  readonly reason: Locator;
  readonly timeline: Locator;
  readonly refunds: Locator;
  /** What was just done. */
  readonly notice: Locator;
  readonly stepUp: SecurityPage;

  constructor(private readonly page: Page) {
    this.dialog = page.getByRole("dialog", { name: /payment$/ });
    this.amount = this.dialog.getByLabel("Amount");
    this.reason = this.dialog.getByLabel("Reason");
    this.timeline = page.getByRole("list", { name: "Timeline" }).getByRole("listitem");
    this.refunds = page.getByRole("list", { name: "Refunds" }).getByRole("listitem");
    this.notice = page.getByRole("main").getByRole("status").filter({ hasText: /\S/ });
    this.stepUp = new SecurityPage(page);
  }

  async open(id: string): Promise<void> {
    await this.page.goto(`/transactions/${id}`);
    await expect(this.page.getByRole("heading", { level: 1, name: id })).toBeVisible();
  }

  button(name: "Capture" | "Void" | "Refund"): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  confirm(what: "capture" | "void" | "refund"): Locator {
    return this.dialog.getByRole("button", { name: `Confirm ${what}` });
  }
}
