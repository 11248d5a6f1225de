import { startRedis } from "@/scripts/redis/start-redis";
import { ageInRedis, createRedisWorld, reasonInRedis } from "./testing/redis-world";
import { sessionStoreContract } from "./testing/session-store.contract";

sessionStoreContract("redisSessionStore", async () => {
  const { world, redis } = await createRedisWorld(startRedis);
  return {
    world,
    store: world.sessions,
    age: (token, seenSeconds, createdSeconds) => ageInRedis(redis, token, seenSeconds, createdSeconds),
    endedReason: (token) => reasonInRedis(redis, token),
  };
});
