import { KeysTable } from "@/components/developers/keys/keys-table";
import { ManagingKeys } from "@/components/developers/keys/managing-keys";
import { keyModes } from "@/lib/api-keys/key-modes";
import { listApiKeys } from "@/lib/api-keys/manage-keys";
import type { PageCall } from "@/lib/boundary/page";
import { database } from "@/lib/database";
import { env } from "@/lib/env";
import { createKey, endOldSecret, revokeKey, rotateKey } from "./key-actions";

export async function apiKeysTab({ session }: PageCall) {
  const keys = await listApiKeys(database(), session);
  return (
    <ManagingKeys
      modes={keyModes(env())}
      onCreate={createKey}
      onRotate={rotateKey}
      onRevoke={revokeKey}
      onEndPrevious={endOldSecret}
    >
      <KeysTable keys={keys} timeZone={session.merchant.timeZone} />
    </ManagingKeys>
  );
}
