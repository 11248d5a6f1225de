export * from "./api";
export * from "./audit";
export * from "./merchants";
export * from "./payments";
export * from "./sign-in";
export * from "./vault";
