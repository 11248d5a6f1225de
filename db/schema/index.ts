export * from "./api";
export * from "./audit";
export * from "./factors";
export * from "./merchants";
export * from "./messages";
export * from "./payments";
export * from "./sign-in";
export * from "./vault";
