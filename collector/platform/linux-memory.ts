/**
 * Gives memory that was freed back to the system, malloc_trim(3). The C library keeps it otherwise: a pool for each
 * thread that ever was, also of those that read a backlog and ended.
 * @returns whether anything was given back; never where the C library is not glibc
 */
export async function trimMemory(): Promise<boolean> {
  try {
    const koffi = await import('koffi');
    return Number(koffi.load(null).func('int malloc_trim(size_t)')(0)) === 1;
  } catch {
    return false; // musl has no such call, or koffi is not built for this system
  }
}
