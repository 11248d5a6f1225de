-- Tries count by account, and no longer by factor. What stands is taken to have been tried at sign-in; the worst of it counts.
UPDATE "factor_attempts" AS a SET "failures" = worst.failures, "locked_until" = worst.locked_until
  FROM (SELECT user_id, max(failures) AS failures, max(locked_until) AS locked_until FROM "factor_attempts" GROUP BY user_id) AS worst
 WHERE a.user_id = worst.user_id;--> statement-breakpoint
DELETE FROM "factor_attempts" AS a USING "factor_attempts" AS b WHERE a.user_id = b.user_id AND a.factor > b.factor;--> statement-breakpoint
ALTER TABLE "factor_attempts" RENAME COLUMN "factor" TO "scope";--> statement-breakpoint
UPDATE "factor_attempts" SET "scope" = 'sign_in';--> statement-breakpoint
ALTER TABLE "factor_attempts" DROP CONSTRAINT "factor_attempts_user_id_factor_pk";--> statement-breakpoint
ALTER TABLE "factor_attempts" ADD CONSTRAINT "factor_attempts_user_id_scope_pk" PRIMARY KEY("user_id","scope");
