import { publicHandler } from "@/lib/boundary/handler";
import { AppError } from "@/lib/errors/app-error";

/** Every path of the API that is none, told as the API tells its errors. */
const notFound = publicHandler(async () => {
  throw new AppError("not_found", "There is no such resource.");
});

export { notFound as DELETE, notFound as GET, notFound as PATCH, notFound as POST, notFound as PUT };
