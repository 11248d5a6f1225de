import { expect, type Locator, type Page } from "@playwright/test";
import { CARDS, type CardNumber, CVC, type SHORT_CVC, spaced } from "../fixtures/cards";

type Typed = Readonly<
  Partial<Record<"amount" | "currency" | "expiry" | "reference", string>> & {
    number?: CardNumber;
    cvc?: typeof CVC | typeof SHORT_CVC;
  }
>;

const TYPED = { amount: "1234.56", currency: "INR", number: CARDS.approves, expiry: "12/39", cvc: CVC } as const;

/** The virtual terminal, by what a screen reader reads there. */
export class TerminalPage {
  readonly amount: Locator;
  readonly currency: Locator;
  readonly number: Locator;
  readonly expiry: Locator;
  readonly cvc: Locator;
  readonly reference: Locator;
  readonly take: Locator;
  /** What became of the form. */
  readonly outcome: Locator;
  readonly alert: Locator;

  constructor(private readonly page: Page) {
    this.amount = page.getByLabel("Amount");
    this.currency = page.getByLabel("Currency");
    this.number = page.getByLabel("Card number");
    this.expiry = page.getByLabel("Expiry");
    this.cvc = page.getByLabel("CVC");
    this.reference = page.getByLabel("Reference");
    this.take = page.getByRole("button", { name: "Take payment" });
    this.outcome = page
      .getByRole("main")
      .getByRole("status")
      .filter({ has: page.getByRole("heading") });
    this.alert = page.getByRole("main").getByRole("alert");
  }

  async open(address = "/payments/new"): Promise<void> {
    await this.page.goto(address);
    await expect(this.page.getByRole("heading", { level: 1, name: "New payment" })).toBeVisible();
    // The form is in the address once the page is alive.
    await expect(this.page).toHaveURL(/\/payments\/new\?form=[\w.-]+$/);
  }

  async fill(typed: Typed): Promise<void> {
    const { amount, currency, number, expiry, cvc, reference = "" } = { ...TYPED, ...typed };
    await this.amount.fill(amount);
    await this.currency.selectOption(currency);
    await this.number.fill(spaced(number));
    await this.expiry.fill(expiry);
    await this.cvc.fill(cvc);
    await this.reference.fill(reference);
  }

  /** The payment that the outcome leads to. */
  async paymentId(): Promise<string> {
    const href = await this.outcome.getByRole("link", { name: "Open the payment" }).getAttribute("href");
    return href?.split("/").at(-1) ?? "";
  }
}
