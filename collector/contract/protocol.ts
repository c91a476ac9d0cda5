/** Raised when a method or a field changes its meaning; client and server compare it at `hello`. */
export const PROTOCOL_VERSION = 1;
