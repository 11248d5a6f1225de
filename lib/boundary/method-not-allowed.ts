import { AppError } from "@/lib/errors/app-error";
import { publicHandler } from "./handler";

/** For the methods that a route of the API does not have: told as the API tells its errors. */
export const methodNotAllowed = publicHandler(async () => {
  throw new AppError("method_not_allowed", "This resource does not have that method.");
});
